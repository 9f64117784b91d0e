using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The sender's queue of work: hands blocks to the lanes, takes them back when a lane is lost or a block was damaged, and drops them when they are
/// acknowledged. Respects the receiver's window, and sums up the totals of the object.
/// </summary>
/// <param name="window">Maximum number of unacknowledged blocks on a link of any length; 0 for no limit.</param>
/// <param name="inlineBytes">Bytes that may go over lane 0.</param>
internal abstract class Outbox(int window, long inlineBytes)
{
    /// <summary>Maximum time in milliseconds by which <see cref="Times"/> lags behind a wait.</summary>
    private const int MostUncounted = 500;

    private readonly TaskCompletionSource<End> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _wide = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PriorityQueue<OutgoingBlock, ulong> _returned = new();
    private long _inlineLeft = inlineBytes;
    private long _outstanding;
    private ulong _counted;
    private ulong _root;
    private bool _isAllInline;
    private bool _isExhausted;
    private bool _isComplete;
    private volatile bool _hasLeft;

    /// <summary>The times of the data lanes' threads.</summary>
    public SendTimes Times { get; } = new();

    /// <summary>Completes with the totals when the whole object has been sent.</summary>
    public Task<End> Ended => _ended.Task;

    /// <summary>Completes when there is more data than lane 0 may carry.</summary>
    public Task Wide => _wide.Task;

    /// <summary>Whether nothing is in flight: every sent block is acknowledged.</summary>
    public bool IsIdle
    {
        get
        {
            lock (Gate)
            {
                return _outstanding == 0;
            }
        }
    }

    protected object Gate { get; } = new();

    /// <summary>Whether the next block has to wait until the receiver has finished earlier ones; under the gate.</summary>
    protected virtual bool AwaitsReceiver => window > 0 && _outstanding >= Allowed;

    /// <summary>Maximum number of unacknowledged blocks on this link.</summary>
    protected long Allowed { get; private set; } = Math.Min(window, Defaults.StreamWindow);

    /// <summary>Size of the whole object, once the source is exhausted; under the gate.</summary>
    protected abstract long Size { get; }

    private ulong NextSequence { get; set; }

    /// <summary>Waits for the next block that this lane may carry; false when no more will come, or the lane's send window is closed.</summary>
    public bool TryTake(bool isInline, SendWindow sendWindow, out OutgoingBlock outgoing)
    {
        lock (Gate)
        {
            while (!IsClosed && !sendWindow.IsClosed)
            {
                if (MayCarry(isInline) && TryNext(out outgoing))
                {
                    if (isInline)
                    {
                        _inlineLeft -= outgoing.Length;
                    }
                    else if (!_isAllInline)
                    {
                        // Lane 0 carries only what is sent before the first data connection.
                        _inlineLeft = 0;
                    }

                    return true;
                }

                AwaitChange(isInline);
            }
        }

        outgoing = default;
        return false;
    }

    /// <summary>Wakes all waiting threads to check their state: a send window has been closed.</summary>
    public void Wake()
    {
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Counts a block that is sent for the first time.</summary>
    public void Count(in BlockHeader header)
    {
        var fingerprint = header.Fingerprint;
        lock (Gate)
        {
            _counted++;
            _root += fingerprint;
            EndIfAllCounted();
        }
    }

    /// <summary>Releases a block that the remote end has.</summary>
    public virtual void Acknowledge(in OutgoingBlock outgoing)
    {
        outgoing.Slab?.Return();
        lock (Gate)
        {
            _outstanding--;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>
    /// Takes back a block that a lane has not delivered; another lane carries it before any new block. False if the remote end has everything: then the
    /// block has arrived, and its acknowledgement is still on the way.
    /// </summary>
    public bool TryGiveBack(in OutgoingBlock outgoing, bool wasCounted)
    {
        lock (Gate)
        {
            if (_isComplete)
            {
                return false;
            }

            if (IsClosed)
            {
                outgoing.Slab?.Return();
                return true;
            }

            _returned.Enqueue(outgoing with { IsAgain = wasCounted }, outgoing.Sequence);
            Monitor.PulseAll(Gate);
            return true;
        }
    }

    /// <summary>The remote end has confirmed that it has everything. Returns the blocks that no lane holds and that were not acknowledged.</summary>
    public IReadOnlyList<OutgoingBlock> Complete()
    {
        lock (Gate)
        {
            _isComplete = true;
            var left = _returned.UnorderedItems.Select(static item => item.Element).ToList();
            _returned.Clear();
            return left;
        }
    }

    /// <summary>Waits until every block is acknowledged; false after the limit.</summary>
    public bool AwaitIdle(TimeSpan limit)
    {
        var since = Stopwatch.GetTimestamp();
        lock (Gate)
        {
            for (TimeSpan left; _outstanding > 0 && (left = limit - Stopwatch.GetElapsedTime(since)) > TimeSpan.Zero;)
            {
                Monitor.Wait(Gate, left);
            }

            return _outstanding == 0;
        }
    }

    /// <summary>Lets lane 0 carry everything, because there is no other way.</summary>
    public void AllInline()
    {
        lock (Gate)
        {
            _isAllInline = true;
            _inlineLeft = long.MaxValue;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Closes the outbox: no lane gets another block, and blocks that lanes still hold are dropped.</summary>
    public virtual void Close()
    {
        lock (Gate)
        {
            IsClosed = true;
            while (_returned.TryDequeue(out var outgoing, out _))
            {
                outgoing.Slab?.Return();
            }

            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Whether this side ends the copy early: each data lane then ends with a Leave.</summary>
    public bool HasLeft => _hasLeft;

    /// <summary>Closes the outbox of a copy that this side ends early.</summary>
    public void Leave()
    {
        _hasLeft = true;
        Close();
    }

    /// <summary>
    /// Raises the window to that many blocks in flight. For an ordered sink no more than needed, because the receiver buffers all of them if the sink
    /// is slow.
    /// </summary>
    public virtual void Reach(long blocks)
    {
        lock (Gate)
        {
            Allowed = Math.Clamp(blocks, Allowed, window);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Returns the slab that holds the bytes of a block, valid until <see cref="Unload"/>.</summary>
    /// <param name="outgoing">A data block.</param>
    /// <param name="own">The lane's own slab, filled if the block has no slab that the lane may use.</param>
    /// <param name="traits">The traits of the lane.</param>
    public abstract Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits);

    /// <summary>Releases the slab of a block that the lane has finished with.</summary>
    public virtual void Unload(in OutgoingBlock outgoing, Slab slab)
    {
        // Most blocks keep their slab until they are acknowledged.
    }

    /// <summary>Computes the digest of a loaded block.</summary>
    public virtual Digest DigestOf(DigestKind kind, in OutgoingBlock outgoing, Slab slab) =>
        Digest.Of(kind, slab.Payload[..outgoing.Length], outgoing.Offset);

    /// <summary>Whether the source is known to have more data; under the gate.</summary>
    protected abstract bool HasMore { get; }

    /// <summary>Makes the next block from the source, under the gate; false if there is none at the moment.</summary>
    protected abstract bool TryMake(out OutgoingBlock outgoing);

    /// <summary>Makes a block with the next sequence number.</summary>
    protected OutgoingBlock Make(in BlockRange range, Slab? slab) =>
        new(range.Type, range.Offset, range.Length, NextSequence++, slab, IsAgain: false, range.Kept);

    /// <summary>Records that the source has ended; under the gate.</summary>
    protected void Exhaust()
    {
        _isExhausted = true;
        EndIfAllCounted();
    }

    protected bool IsExhausted => _isExhausted;

    /// <summary>Whether the outbox is closed; under the gate.</summary>
    protected bool IsClosed { get; private set; }

    private bool MayCarry(bool isInline)
    {
        if (!isInline || _inlineLeft > 0)
        {
            return true;
        }

        if (_returned.Count > 0 || (!_isExhausted && HasMore))
        {
            _wide.TrySetResult();
        }

        return false;
    }

    private bool TryNext(out OutgoingBlock outgoing)
    {
        if (_returned.TryDequeue(out outgoing, out _))
        {
            return true;
        }

        if (AwaitsReceiver || _isExhausted || !TryMake(out outgoing))
        {
            return false;
        }

        _outstanding++;
        return true;
    }

    /// <summary>Waits for a change. After everything has been sent, the time is not counted: it limits nothing.</summary>
    private void AwaitChange(bool isInline)
    {
        var (since, isCounted, awaitsWindow) = (Stopwatch.GetTimestamp(), !isInline && !_isExhausted, AwaitsReceiver);
        Monitor.Wait(Gate, MostUncounted);
        if (isCounted)
        {
            Times.Add(awaitsWindow ? SendTime.Window : SendTime.Source, since);
        }
    }

    private void EndIfAllCounted()
    {
        if (_isExhausted && _counted == NextSequence)
        {
            _ended.TrySetResult(new End(Size, _counted, _root));
        }
    }
}
