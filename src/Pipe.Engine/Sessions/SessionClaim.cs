using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Marks this process as the server of a session until the copy ends. A retry of a copy has the session of the earlier try: the new server ends the earlier
/// one, which may be stopped or hang and would keep its partial files locked.
/// </summary>
internal sealed class SessionClaim : IDisposable
{
    private const int SignalMilliseconds = 2000;
    private readonly UnixSocket _socket;

    private SessionClaim(UnixSocket socket) => _socket = socket;

    /// <summary>Ends an earlier server of the session on this host, and claims the session. Null if the socket cannot be made; the copy runs without it.</summary>
    public static SessionClaim? Take(byte[] session)
    {
        // An abstract name: the kernel removes it when the process ends, even after SIGKILL.
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

    /// <summary>Lets the earlier server clean up, which a stopped process must be continued for, and kills it if it hangs.</summary>
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
