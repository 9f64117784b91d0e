using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// One side's end of the blocks: starts what works on a lane, and ends all of it. The session does the rest, the same for both.
/// </summary>
internal abstract class Mover(Mailbox mailbox)
{
    private readonly Dictionary<int, (ILane Lane, Action Shutdown)> _active = [];

    protected Mailbox Mailbox { get; } = mailbox;

    /// <summary>Numbers of the data connections at work.</summary>
    public IEnumerable<int> Active => Connections.Select(lane => lane.Number);

    /// <summary>The data connections at work.</summary>
    public IEnumerable<SocketLane> Connections => _active.Values.Select(entry => entry.Lane).OfType<SocketLane>();

    /// <summary>More than fits into the control channel is known to come; only the sender can know.</summary>
    public virtual bool IsWide => false;

    /// <summary>Nothing is on its way, as far as this side knows: only the sender does.</summary>
    public virtual bool IsIdle => true;

    /// <summary>Puts a lane to work. One with the same number is half dead: it makes room.</summary>
    public void Add(ILane lane)
    {
        Retake();
        if (_active.TryGetValue(lane.Number, out var old))
        {
            old.Shutdown();
        }

        _active[lane.Number] = (lane, Start(lane));
    }

    /// <summary>A lane has ended. False if another one has taken its place already.</summary>
    public bool Remove(ILane lane) => _active.TryGetValue(lane.Number, out var entry) && entry.Lane == lane && _active.Remove(lane.Number);

    /// <summary>The control channel is gone: if no lane is left either, what is here is left to whoever comes first, the peer or a later copy.</summary>
    public void YieldIfAlone()
    {
        if (_active.Count == 0)
        {
            Yield();
        }
    }

    /// <summary>What this side looks at while data connections are there.</summary>
    /// <param name="offer">What was agreed.</param>
    /// <param name="observer">Is told what is noticed.</param>
    /// <param name="widen">Called when there should be that many data connections.</param>
    public abstract ILookout Lookout(Offer offer, IObserver observer, Action<int> widen);

    /// <summary>There is no way but the control channel.</summary>
    public abstract void AllInline();

    /// <summary>The sender's word on what all of it is.</summary>
    public abstract void Expect(End end);

    /// <summary>What the sender of a tree has to know of the target; null if nothing, or no more.</summary>
    public virtual Want? Want => null;

    /// <summary>The sender asks what the target has.</summary>
    public virtual void Take(Want want, ControlChannel control) => ProtocolException.Throw("a Want from the receiver");

    /// <summary>The receiver says what the target has.</summary>
    public virtual void Take(Have have) => ProtocolException.Throw("a Have, and nobody has asked");

    /// <summary>The copy has failed: nothing is committed, producers and consumers end.</summary>
    public abstract void Abort();

    /// <summary>Ends the lanes.</summary>
    public virtual void Close()
    {
        foreach (var (_, shutdown) in _active.Values)
        {
            shutdown();
        }
    }

    protected virtual void Yield()
    {
        // Only who receives has something that others could want.
    }

    protected virtual void Retake()
    {
        // As above.
    }

    /// <summary>Starts the threads of a lane and returns what ends them.</summary>
    protected abstract Action Start(ILane lane);

    protected void Failed(Exception cause) => Mailbox.Post(new SessionEvent.Failed(cause));

    protected void Ended(ILane lane, Exception? cause) => Mailbox.Post(new SessionEvent.LaneEnded(lane, cause));
}
