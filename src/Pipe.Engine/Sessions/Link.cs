using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A control channel at work, with all that hangs on it: who sorts what it brings, the lane inside it, the heartbeat.
/// Replaced as a whole when ssh has died and a new login takes its place.
/// </summary>
internal sealed class Link : IDisposable
{
    private readonly Mailbox _mailbox;
    private readonly Relay? _relay;
    private readonly Heartbeat _heartbeat;

    /// <param name="control">Owned from here on.</param>
    /// <param name="mailbox">Where its messages go, and its end.</param>
    /// <param name="tally">For the heartbeat.</param>
    /// <param name="timeoutSeconds">How long the peer may be silent.</param>
    /// <param name="name">What messages call the peer.</param>
    /// <param name="mayPrompt">Whether somebody may have to type a password first.</param>
    /// <param name="relay">On a server that has no session yet: what a Resume is for.</param>
    public Link(ControlChannel control, Mailbox mailbox, Tally tally, int timeoutSeconds, string name, bool mayPrompt = false, Relay? relay = null)
    {
        Control = control;
        _mailbox = mailbox;
        _relay = relay;
        Lane = new ControlLane(control, Defaults.Block);
        _heartbeat = new Heartbeat(control, timeoutSeconds, tally, mailbox, name, mayPrompt);
    }

    public ControlChannel Control { get; }

    /// <summary>Lane 0.</summary>
    public ControlLane Lane { get; }

    /// <summary>Is told how far the peer is, whenever it says so.</summary>
    public Action<Ping>? Pinged { private get; set; }

    public int TimeoutSeconds
    {
        set => _heartbeat.TimeoutSeconds = value;
    }

    /// <summary>Starts to read. What comes is in the mailbox behind what is there now.</summary>
    public void Start() => Control.Start(new Post(_mailbox, Lane, _relay, ping => Pinged?.Invoke(ping)).Sort, cause =>
    {
        _relay?.Dispose();
        _mailbox.Post(new SessionEvent.ControlEnded(Control, cause));
    });

    public void Dispose()
    {
        _heartbeat.Dispose();
        Lane.Dispose();
        Control.Dispose();
    }
}
