using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The receiver's side of the blocks: places each once, wherever and how often it comes, and knows when all are there.
/// </summary>
internal abstract class Inbox(ISink sink, Tally tally)
{
    private readonly TaskCompletionSource<End> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private End? _end;
    private ulong _blocks;
    private ulong _root;

    /// <summary>Every byte is with the sink. Faults if what came is not what was sent.</summary>
    public Task<End> Complete => _complete.Task;

    /// <summary>
    /// Whether the sender has sent what is not here, and the sink waits for it: not just that nothing comes because there is nothing.
    /// </summary>
    public bool IsMissing
    {
        get
        {
            lock (Gate)
            {
                return !Complete.IsCompleted && (_end is not null ? !IsWriting : HasGap);
            }
        }
    }

    /// <summary>The sender has said what all of it is.</summary>
    public bool IsAllSent
    {
        get
        {
            lock (Gate)
            {
                return _end is not null;
            }
        }
    }

    protected object Gate { get; } = new();

    /// <summary>Takes a verified block, and its slab, which it returns when it is done with it, whatever happens.</summary>
    public abstract void Accept(in BlockHeader header, Slab slab, AckTracker acks, ulong index);

    /// <summary>The copy is over: returns the slabs that nobody is at work on. Those that come later go back at once.</summary>
    public abstract void Close();

    /// <summary>The sender says what all of it is.</summary>
    public void Expect(End end)
    {
        lock (Gate)
        {
            _end = end;
            CompleteIfAllHere();
        }
    }

    /// <summary>Refuses a block that nothing is known of and that lies behind the end: the sink may have been committed; under the gate.</summary>
    protected void CheckEnd(in BlockHeader header)
    {
        if (_end is { } end && header.Offset + header.Span > end.Size)
        {
            ProtocolException.Throw($"block {header.Sequence} is for offset {header.Offset}, behind the end at {end.Size}");
        }
    }

    /// <summary>Whether blocks cover the object from 0 to there, and the sink has them; under the gate.</summary>
    protected abstract bool Covers(long size);

    /// <summary>Whether the sink is at work; under the gate.</summary>
    protected abstract bool IsWriting { get; }

    /// <summary>Whether a block has come that has to wait for one that has not; under the gate.</summary>
    protected abstract bool HasGap { get; }

    /// <summary>Gives a block to the sink. What the system does not let it do ends the copy, and is no fault of the lane that brought the block.</summary>
    protected void Deliver(in BlockHeader header, Slab slab)
    {
        try
        {
            if (header.Type == BlockType.Hole)
            {
                sink.Hole(header.Offset, header.Span);
            }
            else
            {
                sink.Write(slab.Payload[..header.Length], header.Offset);
            }
        }
        catch (IOException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>The sink has this block; under the gate.</summary>
    protected void Placed(in BlockHeader header)
    {
        _blocks++;
        _root += header.Fingerprint;
        tally.Moved(header.Span);
        CompleteIfAllHere();
    }

    private void CompleteIfAllHere()
    {
        if (_end is not { } end || (_blocks < end.Blocks && !Covers(end.Size)))
        {
            return;
        }

        if (Covers(end.Size) && (_blocks, _root) == (end.Blocks, end.Root))
        {
            _complete.TrySetResult(end);
        }
        else
        {
            _complete.TrySetException(new Failure(
                ExitCode.Integrity,
                "what arrived is not what was sent: the digests of all blocks together differ",
                "the source may have changed while blocks were sent again"));
        }
    }
}
