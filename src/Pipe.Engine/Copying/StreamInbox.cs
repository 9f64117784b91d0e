using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The inbox of a sink that must be written front to back. A block that is not next is parked; the thread that brings the next one writes it and all
/// that follow it, while the other threads keep receiving.
/// </summary>
internal sealed class StreamInbox(ISink sink, int window, Tally tally) : Inbox(sink, tally)
{
    private readonly Parked?[] _parked = new Parked?[window];
    private ulong _next;
    private long _position;
    private bool _isWriting;
    private bool _isClosed;

    private readonly record struct Parked(BlockHeader Header, Slab Slab, Brought By);

    /// <summary>A lane that brought a block, with the other lanes that brought it too.</summary>
    private readonly record struct Brought(AckTracker Acks, ulong Index, Again? Others);

    private sealed record Again(Brought By);

    public override void Accept(in BlockHeader header, Slab slab, AckTracker acks, ulong index)
    {
        var isParked = false;
        try
        {
            lock (Gate)
            {
                isParked = TryPark(new Parked(header, slab, new Brought(acks, index, Others: null)));
                if (_isClosed || _isWriting || _parked[_next % (ulong)window] is null)
                {
                    return;
                }

                _isWriting = true;
            }
        }
        finally
        {
            if (!isParked)
            {
                slab.Return();
            }
        }

        WriteAllInTurn();
    }

    public override void Close()
    {
        lock (Gate)
        {
            _isClosed = true;
            for (var i = 0; i < window; i++)
            {
                if (!(_isWriting && i == (int)(_next % (ulong)window)))
                {
                    Drop(ref _parked[i]);
                }
            }
        }
    }

    protected override bool IsWriting => _isWriting;

    protected override bool HasGap => !_isWriting && _parked.Any(block => block is not null);

    protected override bool Covers(long size) => _position == size;

    /// <summary>
    /// Whether the block and its slab are kept. A block that is parked already arrives again because the sender gave up one of the two lanes; which one
    /// cannot be told, so both get the acknowledgement, once the block is written.
    /// </summary>
    private bool TryPark(in Parked block)
    {
        var sequence = block.Header.Sequence;
        if (_isClosed)
        {
            return false;
        }

        if (sequence < _next)
        {
            block.By.Acks.Consume(block.By.Index);
            return false;
        }

        CheckEnd(block.Header);
        if (sequence - _next >= (ulong)window)
        {
            ProtocolException.Throw($"block {sequence} is beyond the window of {window} after {_next}");
        }

        ref var place = ref _parked[sequence % (ulong)window];
        if (place is { } first)
        {
            place = first with { By = block.By with { Others = new Again(first.By) } };
            return false;
        }

        place = block;
        return true;
    }

    private static void Drop(ref Parked? place)
    {
        place?.Slab.Return();
        place = null;
    }

    private void WriteAllInTurn()
    {
        try
        {
            while (Next() is { } block)
            {
                Write(block.Header, block.Slab);
                block = Finish();
                block.Slab.Return();
                Consume(block.By);
            }
        }
        catch
        {
            // The sink has failed, which ends the copy.
            lock (Gate)
            {
                _isWriting = false;
                Close();
            }

            throw;
        }
    }

    /// <summary>Returns the next block if it is here; it stays parked while it is written.</summary>
    private Parked? Next()
    {
        lock (Gate)
        {
            ref var next = ref _parked[_next % (ulong)window];
            if (_isClosed)
            {
                Drop(ref next);
            }

            _isWriting = next is not null;
            return next;
        }
    }

    /// <summary>Removes the written block and returns it, with all lanes that have brought it.</summary>
    private Parked Finish()
    {
        lock (Gate)
        {
            ref var place = ref _parked[_next++ % (ulong)window];
            var block = place!.Value;
            place = null;
            _position += block.Header.Span;
            Placed(block.Header);
            return block;
        }
    }

    private static void Consume(in Brought by)
    {
        by.Acks.Consume(by.Index);
        for (var other = by.Others; other is not null; other = other.By.Others)
        {
            other.By.Acks.Consume(other.By.Index);
        }
    }

    private void Write(in BlockHeader header, Slab slab)
    {
        if (header.Offset != _position)
        {
            ProtocolException.Throw($"block {header.Sequence} is for offset {header.Offset}, not {_position}");
        }

        Deliver(header, slab);
    }
}
