using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The sender's store of work: blocks go out to the lanes, come back when a lane is lost or a block was damaged, and are forgotten
/// when they are acknowledged. Keeps to the window that the receiver asked for, and sums up what the object consists of.
/// </summary>
/// <param name="window">Blocks that may be unacknowledged at a time on a link of any length, 0 for any number.</param>
/// <param name="inlineBytes">Bytes that may go over lane 0.</param>
internal abstract class Outbox(int window, long inlineBytes)
{
    private readonly TaskCompletionSource<End> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _wide = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PriorityQueue<OutgoingBlock, ulong> _returned = new();
    private long _inlineLeft = inlineBytes;
    private long _outstanding;
    private ulong _counted;
    private ulong _root;
    private bool _isAllInline;
    private bool _isExhausted;

    /// <summary>Of the threads of data lanes.</summary>
    public SendTimes Times { get; } = new();

    /// <summary>The whole object is on its way, and this is what it consists of.</summary>
    public Task<End> Ended => _ended.Task;

    /// <summary>There is more than lane 0 may carry.</summary>
    public Task Wide => _wide.Task;

    /// <summary>Whether nothing is on its way: all that was sent is acknowledged.</summary>
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

    /// <summary>Blocks that may be unacknowledged at a time on this link.</summary>
    protected long Allowed { get; private set; } = Math.Min(window, Defaults.StreamWindow);

    /// <summary>Bytes of the whole object, once the source is exhausted; under the gate.</summary>
    protected abstract long Size { get; }

    private ulong NextSequence { get; set; }

    /// <summary>Waits for the next block that this lane may carry; false when there will be none any more, or its send window is closed.</summary>
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
                        // Lane 0 is for what comes before the first data connection.
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

    /// <summary>Has everybody who waits look again: a send window has been closed.</summary>
    public void Wake()
    {
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Counts a block that goes out for the first time.</summary>
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

    /// <summary>The far end has it: its bytes need not be kept.</summary>
    public virtual void Acknowledge(in OutgoingBlock outgoing)
    {
        outgoing.Slab?.Return();
        lock (Gate)
        {
            _outstanding--;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>It did not arrive: somebody else carries it, before anything new.</summary>
    public void GiveBack(in OutgoingBlock outgoing, bool wasCounted)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                outgoing.Slab?.Return();
                return;
            }

            _returned.Enqueue(outgoing with { IsAgain = wasCounted }, outgoing.Sequence);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Lets lane 0 carry everything: there is no other way.</summary>
    public void AllInline()
    {
        lock (Gate)
        {
            _isAllInline = true;
            _inlineLeft = long.MaxValue;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>No more blocks for anybody. Those that a lane still carries go back to nowhere when it ends.</summary>
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

    /// <summary>
    /// The link is worth having that many blocks on their way. To an ordered sink no more than needed are sent: if it is slow, all of
    /// them are kept over there.
    /// </summary>
    public virtual void Reach(long blocks)
    {
        lock (Gate)
        {
            Allowed = Math.Clamp(blocks, Allowed, window);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>The slab that has the bytes of a block, until <see cref="Unload"/>.</summary>
    /// <param name="outgoing">A block of data.</param>
    /// <param name="own">Of the lane that carries it; it is put in there if the block has no slab that the lane may use.</param>
    /// <param name="traits">Of that lane.</param>
    public abstract Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits);

    /// <summary>The lane has done with the slab of a block.</summary>
    public virtual void Unload(in OutgoingBlock outgoing, Slab slab)
    {
        // Most blocks keep their slab until they are acknowledged.
    }

    /// <summary>The digest of a block that is loaded.</summary>
    public virtual Digest DigestOf(DigestKind kind, in OutgoingBlock outgoing, Slab slab) =>
        Digest.Of(kind, slab.Payload[..outgoing.Length], outgoing.Offset);

    /// <summary>Whether there is more than was made into blocks, as far as it is known; under the gate.</summary>
    protected abstract bool HasMore { get; }

    /// <summary>Makes the next block out of the source, under the gate; false if there is none at the moment.</summary>
    protected abstract bool TryMake(out OutgoingBlock outgoing);

    /// <summary>A block with the next number.</summary>
    protected OutgoingBlock Make(in BlockRange range, Slab? slab) =>
        new(range.Type, range.Offset, range.Length, NextSequence++, slab, IsAgain: false, range.Kept);

    /// <summary>The source has no more; under the gate.</summary>
    protected void Exhaust()
    {
        _isExhausted = true;
        EndIfAllCounted();
    }

    protected bool IsExhausted => _isExhausted;

    /// <summary>Under the gate.</summary>
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

        if ((window > 0 && _outstanding >= Allowed) || _isExhausted || !TryMake(out outgoing))
        {
            return false;
        }

        _outstanding++;
        return true;
    }

    /// <summary>What a thread waits for once all is sent limits nothing.</summary>
    private void AwaitChange(bool isInline)
    {
        var (since, isCounted, awaitsWindow) = (Stopwatch.GetTimestamp(), !isInline && !_isExhausted, window > 0 && _outstanding >= Allowed);
        Monitor.Wait(Gate);
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
