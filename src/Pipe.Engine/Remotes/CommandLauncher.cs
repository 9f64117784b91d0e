using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Launches with a command of the user, split into words as sh does it, without expansion. If it contains <c>%h</c>, as in <c>srun -w %h</c> or
/// <c>kubectl exec -i %h --</c>, it gets the words to run unchanged as arguments. Otherwise it takes a host and a line for the login shell there, as ssh
/// does, or no host at all.
/// </summary>
internal sealed class CommandLauncher(Access access) : ProcessLauncher(access)
{
    /// <summary>Stands for the host in the command.</summary>
    public const string HostPlace = "%h";

    public override string Name => $"'{Remote.Shell}'";

    public override string NotFound => $"{Name} here, or dmscp there, was not found";

    public override IReadOnlyList<string> Words(bool isQuiet = false)
    {
        var line = StartLine.Server(Access);
        string[] program = ["/bin/sh", "-c", line];
        string[] user = Remote.User.Length == 0 ? [] : ["-l", Remote.User];
        string[] login = [.. user, Remote.Host, line];
        return Remote.Shell.Contains(HostPlace, StringComparison.Ordinal) ? [.. WithHost(), .. program]
            : [.. ShellWords.Split(Remote.Shell), .. Remote.Host.Length == 0 ? program : login];
    }

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfSsh(status);

    private IEnumerable<string> WithHost() =>
        Remote.Host.Length == 0 ? throw new Failure(ExitCode.Usage, $"{Name}: {HostPlace} stands for the host, but no host is named")
        : Remote.User.Length > 0 ? throw new Failure(ExitCode.Usage, $"{Name}: with {HostPlace} there is no place for the user {Remote.User}", "write the user into the command")
        : ShellWords.Split(Remote.Shell).Select(word => word.Replace(HostPlace, Remote.Host, StringComparison.Ordinal));
}
