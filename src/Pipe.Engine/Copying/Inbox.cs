using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The receiver's side of the blocks: stores each block once, whatever lane it comes over and however often, and detects completion.</summary>
internal abstract class Inbox(ISink sink, Tally tally)
{
    private readonly TaskCompletionSource<End> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private End? _end;
    private ulong _blocks;
    private ulong _root;

    /// <summary>Completes when the sink has every byte; faults if the data differ from what was sent.</summary>
    public Task<End> Complete => _complete.Task;

    /// <summary>Whether the sink is waiting for blocks that the sender has sent, rather than for new data.</summary>
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

    /// <summary>Whether the sender has announced its totals.</summary>
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

    /// <summary>Takes ownership of a verified block and its slab; returns the slab to its pool when done, also on failure.</summary>
    public abstract void Accept(in BlockHeader header, Slab slab, AckTracker acks, ulong index);

    /// <summary>Ends the copy: returns the slabs that no thread is working on. Slabs that arrive later are returned at once.</summary>
    public abstract void Close();

    /// <summary>Takes the sender's totals.</summary>
    public void Expect(End end)
    {
        lock (Gate)
        {
            _end = end;
            CompleteIfAllHere();
        }
    }

    /// <summary>Refuses an unknown block past the end, because the sink may be committed already; under the gate.</summary>
    protected void CheckEnd(in BlockHeader header)
    {
        if (_end is { } end && header.Offset + header.Span > end.Size)
        {
            ProtocolException.Throw($"block {header.Sequence} is for offset {header.Offset}, after the end at {end.Size}");
        }
    }

    /// <summary>Whether the sink has all blocks from 0 to that size; under the gate.</summary>
    protected abstract bool Covers(long size);

    /// <summary>Whether the sink is writing; under the gate.</summary>
    protected abstract bool IsWriting { get; }

    /// <summary>Whether a received block has to wait for an earlier one; under the gate.</summary>
    protected abstract bool HasGap { get; }

    /// <summary>Writes a block to the sink. A system error ends the copy: it is not the fault of the lane that brought the block.</summary>
    protected void Deliver(in BlockHeader header, Slab slab)
    {
        try
        {
            switch (header.Type)
            {
                case BlockType.Hole:
                    sink.Hole(header.Offset, header.Span);
                    break;
                case BlockType.Kept:
                    CheckKept(header);
                    break;
                default:
                    sink.Write(slab.Payload[..header.Length], header.Offset);
                    break;
            }
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Checks that a kept range is one that the sink has announced.</summary>
    private void CheckKept(in BlockHeader header)
    {
        if (sink.Kept?.Has(header.Offset, header.Span, header.Digest) != true)
        {
            ProtocolException.Throw($"block {header.Sequence} keeps {header.Span} bytes at {header.Offset} that are not here");
        }
    }

    /// <summary>Records that the sink has the block; under the gate.</summary>
    protected void Placed(in BlockHeader header) => Placed(header, header.Type == BlockType.Kept);

    /// <summary>The same, for a block whose bytes were here already although the header does not say so; under the gate.</summary>
    protected void Placed(in BlockHeader header, bool isKept)
    {
        _blocks++;
        _root += header.Fingerprint;
        tally.Moved(header.Span, isKept);
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
                "the data that arrived differ from those sent: the digests of all blocks together differ",
                "the source may have changed while blocks were sent again"));
        }
    }
}
