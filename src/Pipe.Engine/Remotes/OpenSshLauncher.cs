using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The ssh of this host, with the user's configuration of it.</summary>
internal sealed class OpenSshLauncher(Access access) : ProcessLauncher(access)
{
    public override string Name => "ssh";

    public override bool CanRelaunch => true;

    protected override bool MayHoldErrors => Access.Kept is not null;

    public override IReadOnlyList<string> Words(bool isQuiet = false) =>
        [.. StartLine.Ssh(Access, isQuiet), .. Access.Kept?.Options ?? [], "--", Remote.Host, StartLine.Server(Access)];

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfSsh(status);
}
