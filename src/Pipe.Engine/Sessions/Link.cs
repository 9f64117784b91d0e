using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A working control channel and its parts: the frame dispatcher, lane 0 and the heartbeat. Replaced as a whole when ssh has died and a new login takes
/// over.
/// </summary>
internal sealed class Link : IDisposable
{
    private readonly Mailbox _mailbox;
    private readonly ResumeProxy? _resumeProxy;
    private readonly ChannelStart _start;
    private readonly Heartbeat _heartbeat;

    /// <param name="control">Owned by this object from here on.</param>
    /// <param name="mailbox">Receives the channel's messages and its end.</param>
    /// <param name="start">This side's initial state.</param>
    /// <param name="tally">The heartbeat's counters.</param>
    /// <param name="timeoutSeconds">The longest silence of the peer.</param>
    /// <param name="name">The name of the peer in messages.</param>
    /// <param name="mayPrompt">Whether a user may have to type a password first.</param>
    /// <param name="resumeProxy">On a server that has no session yet: the handler of a Resume.</param>
    public Link(
        ControlChannel control, Mailbox mailbox, ChannelStart start, Tally tally, int timeoutSeconds, string name, bool mayPrompt = false, ResumeProxy? resumeProxy = null)
    {
        Control = control;
        _mailbox = mailbox;
        _start = start;
        _resumeProxy = resumeProxy;
        Lane = new ControlLane(control, Defaults.Block);
        _heartbeat = new Heartbeat(control, timeoutSeconds, tally, mailbox, name, mayPrompt);
    }

    public ControlChannel Control { get; }

    /// <summary>Lane 0.</summary>
    public ControlLane Lane { get; }

    /// <summary>Called with each ping, which carries the peer's progress.</summary>
    public Action<Ping>? Pinged { private get; set; }

    public int TimeoutSeconds
    {
        set => _heartbeat.TimeoutSeconds = value;
    }

    /// <summary>Whether the peer has announced a pause.</summary>
    public bool IsPaused => _heartbeat.IsPaused;

    /// <summary>Starts to read. New messages enter the mailbox after its present contents.</summary>
    public void Start()
    {
        var dispatcher = new Dispatcher(_mailbox, Lane, _start) { ResumeProxy = _resumeProxy, Pinged = ping => Pinged?.Invoke(ping), Paused = _heartbeat.On };
        Control.Start(dispatcher.Dispatch, cause =>
        {
            _resumeProxy?.Dispose();
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
