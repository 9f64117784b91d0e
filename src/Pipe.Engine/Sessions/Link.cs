namespace Pipe.Engine;

/// <summary>
/// A control channel at work, with all that hangs on it: who sorts what it brings, the lane inside it, the heartbeat.
/// Replaced as a whole when ssh has died and a new login takes its place.
/// </summary>
internal sealed class Link : IDisposable
{
    private readonly Heartbeat _heartbeat;

    /// <param name="control">Owned from here on.</param>
    /// <param name="mailbox">Where its messages go, and its end.</param>
    /// <param name="tally">For the heartbeat.</param>
    /// <param name="timeoutSeconds">How long the peer may be silent.</param>
    /// <param name="relay">On a server that has no session yet: what a Resume is for.</param>
    public Link(ControlChannel control, Mailbox mailbox, Tally tally, int timeoutSeconds, Relay? relay = null)
    {
        Control = control;
        Lane = new ControlLane(control, Defaults.Block);
        _heartbeat = new Heartbeat(control, timeoutSeconds, tally, mailbox);
        control.Start(new Post(mailbox, Lane, relay).Sort, cause =>
        {
            relay?.Dispose();
            mailbox.Post(new SessionEvent.ControlEnded(control, cause));
        });
    }

    public ControlChannel Control { get; }

    /// <summary>Lane 0.</summary>
    public ControlLane Lane { get; }

    public int TimeoutSeconds
    {
        set => _heartbeat.TimeoutSeconds = value;
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        Lane.Shutdown();
        Control.Dispose();
    }
}
