using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// One side's end of the blocks: starts what works on a lane, and ends all of it. The session does the rest, the same for both.
/// </summary>
internal abstract class DataPump
{
    protected DataPump(Mailbox mailbox)
    {
        Mailbox = mailbox;
        Lanes = new LaneSet(Start);
    }

    /// <summary>The lanes at work.</summary>
    public LaneSet Lanes { get; }

    protected Mailbox Mailbox { get; }

    /// <summary>More than fits into the control channel is known to come; only the sender can know.</summary>
    public virtual bool IsWide => false;

    /// <summary>What limits the rate; only the sender can know.</summary>
    public virtual Bottleneck Bottleneck => Bottleneck.Unknown;

    /// <summary>Nothing is on its way, as far as this side knows: only the sender does.</summary>
    public virtual bool IsIdle => true;

    /// <summary>Puts a lane to work.</summary>
    public void Add(ILane lane)
    {
        Retake();
        Lanes.Add(lane);
    }

    /// <summary>The control channel is gone: if no lane is left either, what is here is left to whoever comes first, the peer or a later copy.</summary>
    public void YieldIfAlone()
    {
        if (Lanes.IsEmpty)
        {
            Yield();
        }
    }

    /// <summary>What watches the lanes of this side.</summary>
    /// <param name="transport">Of the lanes.</param>
    /// <param name="offer">What was agreed.</param>
    /// <param name="observer">Is told what is noticed.</param>
    /// <param name="scale">Called when there should be that many data lanes.</param>
    public abstract ILaneMonitor Monitor(ILaneTransport transport, Offer offer, IObserver observer, Action<int> scale);

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

    /// <summary>The receiver of a file that is to be resumed says what it has.</summary>
    public virtual void Take(HaveRanges ranges) => ProtocolException.Throw("HaveRanges, and nobody has asked");

    /// <summary>The receiver of an object on demand asks for a range.</summary>
    public virtual void Take(Demand demand) => ProtocolException.Throw("a Demand, and nothing is sent on demand");

    /// <summary>Over a new control channel: what the other side has to know once more, or for the first time.</summary>
    public virtual void Tell(ControlChannel control)
    {
        // Only the receiver of a file that is to be resumed has something to say.
    }

    /// <summary>The copy has failed: nothing is committed, producers and consumers end.</summary>
    public abstract void Abort();

    /// <summary>Ends the lanes.</summary>
    public virtual void Close() => Lanes.Shutdown();

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
