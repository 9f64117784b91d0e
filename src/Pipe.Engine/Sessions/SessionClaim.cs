using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Marks this process as the server of a session, until the copy has ended. A retry of a copy has the session of the earlier try: its server ends the
/// earlier one, which may be stopped or hang, and would hold its partial files.
/// </summary>
internal sealed class SessionClaim : IDisposable
{
    private const int SignalMilliseconds = 2000;
    private readonly UnixSocket _socket;

    private SessionClaim(UnixSocket socket) => _socket = socket;

    /// <summary>Ends an earlier server of the session on this host, and takes its place. Null if the name cannot be had, which no copy needs.</summary>
    public static SessionClaim? Take(byte[] session)
    {
        // An abstract name: it vanishes with the process, however that ends.
        var name = $"\0pipe-{Ids.EffectiveUser}-{Convert.ToHexStringLower(session)}";
        try
        {
            using (var earlier = UnixSocket.TryConnect(name))
            {
                End(earlier);
            }

            return new SessionClaim(UnixSocket.Listen(name, backlog: 1));
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Lets it clean up. A stopped process must be continued for that, and one that hangs is killed.</summary>
    private static void End(UnixSocket? earlier)
    {
        if (earlier is null)
        {
            return;
        }

        earlier.SignalListener(Child.SignalTerminate);
        earlier.SignalListener(Child.SignalContinue);
        if (!Wake.Await(earlier.Fd, PollFd.In, SignalMilliseconds))
        {
            earlier.SignalListener(Child.SignalKill);
            Wake.Await(earlier.Fd, PollFd.In, SignalMilliseconds);
        }
    }
}
