using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// One side's end of the data path: starts the workers of each lane and stops them all. The session does everything else, identically on both sides.
/// </summary>
internal abstract class DataPump
{
    protected DataPump(Mailbox mailbox)
    {
        Mailbox = mailbox;
        Lanes = new LaneSet(Start);
    }

    /// <summary>The active lanes.</summary>
    public LaneSet Lanes { get; }

    protected Mailbox Mailbox { get; }

    /// <summary>Whether more data is known to come than the control channel should carry; always false at the receiver, which cannot know.</summary>
    public virtual bool IsWide => false;

    /// <summary>The bottleneck of the rate; unknown at the receiver, which cannot tell.</summary>
    public virtual Bottleneck Bottleneck => Bottleneck.Unknown;

    /// <summary>Whether no block is in flight; always true at the receiver, which cannot know.</summary>
    public virtual bool IsIdle => true;

    /// <summary>Starts the workers of a lane.</summary>
    public void Add(ILane lane)
    {
        Retake();
        Lanes.Add(lane);
    }

    /// <summary>
    /// Called when the control channel is lost: if no lane is left either, releases partial data to the first claimant, the peer or a later copy.
    /// </summary>
    public void YieldIfAlone()
    {
        if (Lanes.IsEmpty)
        {
            Yield();
        }
    }

    /// <summary>Creates the monitor of this side's lanes.</summary>
    /// <param name="transport">The transport of the lanes.</param>
    /// <param name="offer">The agreed offer.</param>
    /// <param name="observer">Receives the monitor's notes.</param>
    /// <param name="scale">Called with a new target number of data lanes.</param>
    public abstract ILaneMonitor Monitor(ILaneTransport transport, Offer offer, IObserver observer, Action<int> scale);

    /// <summary>Lets all blocks go through the control channel, because no data lane can be made.</summary>
    public abstract void AllInline();

    /// <summary>Takes the sender's totals.</summary>
    public abstract void Expect(End end);

    /// <summary>The question of a tree's sender about the target; null if there is none, or it is answered.</summary>
    public virtual Want? Want => null;

    /// <summary>Takes the sender's question about the target.</summary>
    public virtual void Take(Want want, ControlChannel control) => ProtocolException.Throw("a Want from the receiver");

    /// <summary>Takes the receiver's answer about the target.</summary>
    public virtual void Take(Have have) => ProtocolException.Throw("an unrequested Have");

    /// <summary>Takes the ranges that the receiver of a resumed file already has.</summary>
    public virtual void Take(HaveRanges ranges) => ProtocolException.Throw("unrequested HaveRanges");

    /// <summary>Takes a range that the receiver of an object on demand asks for.</summary>
    public virtual void Take(Demand demand) => ProtocolException.Throw("a Demand, and nothing is sent on demand");

    /// <summary>Sends, over a new control channel, the state that the other side must have again or for the first time.</summary>
    public virtual void SendState(ControlChannel control)
    {
        // Only a receiver has anything to send.
    }

    /// <summary>The copy has succeeded: counts what has arrived, where acknowledgements are still on the way.</summary>
    public virtual void Complete()
    {
        // A receiver knows what it has.
    }

    /// <summary>Notifies the receiver over the data lanes that this side ends the copy: the control channel may be gone.</summary>
    public virtual void Leave()
    {
        // A sender that loses its receiver has nothing to clean up.
    }

    /// <summary>Stops after a failure: commits nothing, and ends producers and consumers.</summary>
    public abstract void Abort();

    /// <summary>Shuts down the lanes.</summary>
    public virtual void Close() => Lanes.Shutdown();

    protected virtual void Yield()
    {
        // Only the receiver has partial data to release.
    }

    protected virtual void Retake()
    {
        // Only the receiver has partial data to reclaim.
    }

    /// <summary>Starts the threads of a lane and returns the action that stops them.</summary>
    protected abstract Action Start(ILane lane);

    protected void Failed(Exception cause) => Mailbox.Post(new SessionEvent.Failed(cause));

    protected void Ended(ILane lane, Exception? cause) => Mailbox.Post(new SessionEvent.LaneEnded(lane, cause));
}
