using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// For sinks that must be written front to back. A block whose turn has not come is parked; the thread that brings the one
/// whose turn it is writes it, and all that follow it, while the others go on receiving.
/// </summary>
internal sealed class StreamInbox(ISink sink, int window, Tally tally) : Inbox(tally)
{
    private readonly Parked?[] _parked = new Parked?[window];
    private ulong _next;
    private long _position;
    private bool _isWriting;

    private readonly record struct Parked(BlockHeader Header, Slab Slab, Brought By);

    /// <summary>A lane that brought a block, and others that brought it as well.</summary>
    private readonly record struct Brought(LaneBook Book, ulong Index, Again? Others);

    private sealed record Again(Brought By);

    public override void Accept(in BlockHeader header, Slab slab, LaneBook book, ulong index)
    {
        lock (Gate)
        {
            if (header.Sequence < _next)
            {
                slab.Return();
                book.Consume(index);
                return;
            }

            CheckEnd(header);
            Park(new Parked(header, slab, new Brought(book, index, Others: null)));
            if (_isWriting || _parked[_next % (ulong)window] is null)
            {
                return;
            }

            _isWriting = true;
        }

        WriteAllInTurn();
    }

    protected override bool IsWriting => _isWriting;

    protected override bool HasGap => !_isWriting && _parked.Any(block => block is not null);

    protected override bool Covers(long size) => _position == size;

    /// <summary>
    /// One that is parked already comes again because the sender has given up a lane, and which of the two that was cannot be told:
    /// both get the acknowledgement, when it is written and not before.
    /// </summary>
    private void Park(in Parked block)
    {
        var sequence = block.Header.Sequence;
        if (sequence - _next >= (ulong)window)
        {
            ProtocolException.Throw($"block {sequence} is beyond the window of {window} after {_next}");
        }

        ref var place = ref _parked[sequence % (ulong)window];
        if (place is { } first)
        {
            block.Slab.Return();
            place = first with { By = block.By with { Others = new Again(first.By) } };
        }
        else
        {
            place = block;
        }
    }

    private void WriteAllInTurn()
    {
        while (true)
        {
            Parked block;
            lock (Gate)
            {
                if (_parked[_next % (ulong)window] is not { } parked)
                {
                    _isWriting = false;
                    return;
                }

                block = parked;
            }

            Write(block.Header, block.Slab);
            lock (Gate)
            {
                ref var place = ref _parked[_next++ % (ulong)window];
                block = place!.Value;
                place = null;
                _position += block.Header.Span;
                Placed(block.Header);
            }

            block.Slab.Return();
            Consume(block.By);
        }
    }

    private static void Consume(in Brought by)
    {
        by.Book.Consume(by.Index);
        for (var other = by.Others; other is not null; other = other.By.Others)
        {
            other.By.Book.Consume(other.By.Index);
        }
    }

    private void Write(in BlockHeader header, Slab slab)
    {
        if (header.Offset != _position)
        {
            ProtocolException.Throw($"block {header.Sequence} is for offset {header.Offset}, not {_position}");
        }

        if (header.Type == BlockType.Hole)
        {
            sink.Hole(header.Offset, header.Span);
        }
        else
        {
            sink.Write(slab.Payload[..header.Length], header.Offset);
        }
    }
}
