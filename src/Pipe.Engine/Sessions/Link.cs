using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A control channel at work, with all that belongs to it: the dispatcher of its frames, the lane inside it, the heartbeat.
/// Replaced as a whole when ssh has died and a new login takes its place.
/// </summary>
internal sealed class Link : IDisposable
{
    private readonly Mailbox _mailbox;
    private readonly Relay? _relay;
    private readonly ChannelStart _start;
    private readonly Heartbeat _heartbeat;

    /// <param name="control">Owned from here on.</param>
    /// <param name="mailbox">Where its messages go, and its end.</param>
    /// <param name="start">Where this side stands.</param>
    /// <param name="tally">For the heartbeat.</param>
    /// <param name="timeoutSeconds">How long the peer may be silent.</param>
    /// <param name="name">What messages call the peer.</param>
    /// <param name="mayPrompt">Whether somebody may have to type a password first.</param>
    /// <param name="relay">On a server that has no session yet: what a Resume is for.</param>
    public Link(
        ControlChannel control, Mailbox mailbox, ChannelStart start, Tally tally, int timeoutSeconds, string name, bool mayPrompt = false, Relay? relay = null)
    {
        Control = control;
        _mailbox = mailbox;
        _start = start;
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
    public void Start()
    {
        var dispatcher = new Dispatcher(_mailbox, Lane, _start) { Relay = _relay, Pinged = ping => Pinged?.Invoke(ping) };
        Control.Start(dispatcher.Dispatch, cause =>
        {
            _relay?.Dispose();
            _mailbox.Post(new SessionEvent.ControlEnded(Control, cause));
        });
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        Lane.Dispose();
        Control.Dispose();
    }
}
