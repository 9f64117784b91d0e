using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Launches with the ssh that this program contains, for a host without OpenSSH. It runs as a child and takes the words of ssh.</summary>
internal sealed class BuiltInLauncher(Access access) : ProcessLauncher(access)
{
    /// <summary>The word that makes this program the built-in ssh.</summary>
    public const string Word = "-ssh";

    public override string Name => "the built-in ssh";

    public override bool CanRelaunch => true;

    public override bool FollowsSshConfiguration => true;

    public override IReadOnlyList<string> Words(bool isQuiet = false) => [.. StartLine.Ssh(Access, isQuiet), "--", Remote.Host, StartLine.Server(Access)];

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfSsh(status);
}
