using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Launches with this host's ssh, under the user's configuration.</summary>
internal sealed class OpenSshLauncher(Access access) : ProcessLauncher(access)
{
    public override string Name => "ssh";

    public override bool CanRelaunch => true;

    public override bool FollowsSshConfiguration => true;

    protected override string MissingHint => $"{OptionWord.Launch} {Remote.BuiltIn} needs no ssh client; dmscp(1) describes the differences";

    protected override bool MayHoldErrors => Access.Kept is not null;

    public override IReadOnlyList<string> Words(bool isQuiet = false) =>
        [.. StartLine.Ssh(Access, isQuiet), .. Access.SshConfiguration.Overruling(), .. Access.Kept?.Options ?? [], "--", Remote.Host, StartLine.Server(Access)];

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfSsh(status);
}
