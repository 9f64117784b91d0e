using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Launches the server as a child process on this host.</summary>
internal sealed class LocalLauncher(Access access) : ProcessLauncher(access)
{
    public override string Name => Remote.Local;

    protected override bool LeadsGroup => true;

    protected override IPAddress? PeerAddress => IPAddress.Loopback;

    public override IReadOnlyList<string> Words(bool isQuiet = false) => ["/bin/sh", "-c", StartLine.Local(Remote)];

    protected override RemoteExit Meaning(ExitStatus status) => RemoteExit.OfShell(status);
}
