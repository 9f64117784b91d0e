using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Launches with the built-in ssh, for a host without OpenSSH: a child process of this program, with ssh's arguments.</summary>
internal sealed class BuiltInLauncher(Access access) : ProcessLauncher(access)
{
    /// <summary>The argument that runs this program as the built-in ssh.</summary>
    public const string Word = "-ssh";

    public override string Name => "the built-in ssh";

    public override bool CanRelaunch => true;

    public override bool FollowsSshConfiguration => true;

    public override IReadOnlyList<string> Words(bool isQuiet = false) => [.. StartLine.Ssh(Access, isQuiet), "--", Remote.Host, StartLine.Server(Access)];

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfSsh(status);
}
