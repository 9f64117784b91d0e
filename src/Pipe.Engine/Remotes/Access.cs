using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Everything needed to log in to a host, computed once for all logins of a session.</summary>
/// <param name="Remote">The other host.</param>
/// <param name="TimeoutSeconds">The time limit for a login.</param>
/// <param name="Kept">The login shared with other invocations, if any.</param>
/// <param name="Program">The program to install if the host may lack it.</param>
internal sealed record Access(Remote Remote, int TimeoutSeconds, KeptLogin? Kept = null, OwnProgram? Program = null)
{
    public SshConfiguration SshConfiguration { get; } = new(Remote.SshConfig);

    /// <summary>Whether the remote end runs a command of the user, whose output may arrive after everything else.</summary>
    public bool RunsCommand { get; private init; }

    /// <summary>Why a login cannot be kept as requested; empty if it can.</summary>
    public string KeepFault { get; private init; } = "";

    /// <summary>Replaces the launcher that the remote names.</summary>
    public ILauncher? GivenLauncher { get; init; }

    /// <summary>See <see cref="IObserver.Errors"/>.</summary>
    public Action<string>? Errors { get; init; }

    public ILauncher Launcher => GivenLauncher ?? Remote.Launch switch
    {
        LaunchKind.Local => new LocalLauncher(this),
        LaunchKind.BuiltIn => new BuiltInLauncher(this),
        LaunchKind.Command => new CommandLauncher(this),
        _ => new OpenSshLauncher(this),
    };

    /// <exception cref="Failure">A requested feature is not available here.</exception>
    public static Access Of(Plan plan)
    {
        var access = new Access(plan.Remote, plan.TimeoutSeconds);
        var kept = KeptLogin.Of(access, out var fault);
        return access with
        {
            Kept = kept,
            KeepFault = plan.Remote.KeepSeconds > 0 ? fault : "",
            RunsCommand = plan.There.Kind is not (ResourceKind.File or ResourceKind.Tree) || plan.Filters.Length > 0 || plan.Unfilters,
            Program = plan.Remote.Bootstrap && !plan.Remote.IsLocal ? OwnProgram.Read() : null,
        };
    }
}
