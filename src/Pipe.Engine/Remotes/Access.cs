using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>All that a login takes, worked out once and good for each login of a session.</summary>
/// <param name="Remote">The other host.</param>
/// <param name="TimeoutSeconds">How long a login may take.</param>
/// <param name="Kept">The login that is shared with other calls, if one is.</param>
/// <param name="Program">What to bring along, if it may be missing there.</param>
internal sealed record Access(Remote Remote, int TimeoutSeconds, KeptLogin? Kept = null, OwnProgram? Program = null)
{
    /// <summary>Whether a command of the user's runs there: what it prints may come after all else.</summary>
    public bool RunsCommand { get; private init; }

    /// <summary>Instead of the one that the remote names.</summary>
    public ILauncher? GivenLauncher { get; init; }

    public ILauncher Launcher => GivenLauncher
        ?? (Remote.IsLocal ? new LocalLauncher(this) : Remote.Shell.Length > 0 ? new CommandLauncher(this) : new OpenSshLauncher(this));

    /// <exception cref="Failure">What was asked for cannot be had here.</exception>
    public static Access Of(Plan plan)
    {
        var access = new Access(plan.Remote, plan.TimeoutSeconds);
        return access with
        {
            Kept = KeptLogin.Of(access),
            RunsCommand = plan.There.Kind is not (ResourceKind.File or ResourceKind.Tree) || plan.Filters.Length > 0 || plan.Unfilters,
            Program = plan.Remote.Bootstrap && !plan.Remote.IsLocal ? OwnProgram.Read() : null,
        };
    }
}
