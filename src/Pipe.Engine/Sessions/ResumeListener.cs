using System.Diagnostics;
using System.Net.Sockets;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The responder's recovery: waits for a new login to bring a new channel.</summary>
internal sealed class ResumeListener(Offer offer, Mailbox mailbox, Tally tally) : IRecovery, IDisposable
{
    /// <summary>The limit for any timeout, so that the server of a killed initiator soon ends.</summary>
    private const int PatienceAtMost = 20;

    /// <summary>Seconds for a peer that has closed its data connections: its process has ended, or all its connections were cut.</summary>
    private const int PatienceIfAlone = 5;

    private static readonly TimeSpan BetweenPolls = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private volatile bool _isAlone;
    private Socket? _socket;
    private bool _isOver;

    /// <summary>Seconds for which a session can be resumed: less than the timeout, so that the server is gone by then.</summary>
    public static int Patience(int timeoutSeconds) => Math.Clamp(timeoutSeconds * 2 / 3, 1, PatienceAtMost);

    public void Begin(Exception? cause) => DataThread.Start("resume", () =>
    {
        try
        {
            mailbox.Post(new SessionEvent.Relinked(Await(), null));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            mailbox.Post(new SessionEvent.Failed(new PeerLost(cause)));
        }
        finally
        {
            Leave();
        }
    });

    public bool IsAlone
    {
        set => _isAlone = value;
    }

    public void Succeeded()
    {
        // Each wait starts its own limit.
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
        }

        Leave();
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (_socket is not null)
            {
                _socket.Dispose();
                _socket = null;
                ResumeSocket.Remove(offer.Session);
            }
        }
    }

    /// <summary>Refuses once the session is over, when nothing would remove the socket again.</summary>
    private Socket Listen()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            return _socket = ResumeSocket.Listen(offer.Session);
        }
    }

    private Link Await()
    {
        var socket = Listen();
        var patience = Patience(offer.TimeoutSeconds);
        for (var since = Stopwatch.GetTimestamp(); !socket.Poll(BetweenPolls, SelectMode.SelectRead);)
        {
            if (Stopwatch.GetElapsedTime(since).TotalSeconds > (_isAlone ? Math.Min(patience, PatienceIfAlone) : patience))
            {
                throw new IOException("the client did not return");
            }
        }

        var (input, output) = ResumeSocket.Descriptors(socket.Accept());
        return new Link(new ControlChannel(input, output), mailbox, (ChannelStart.Responder with { Role = offer.Role }).Lost, tally, offer.TimeoutSeconds, Responder.Client);
    }
}
