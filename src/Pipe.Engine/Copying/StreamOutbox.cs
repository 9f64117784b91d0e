using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The outbox of a source that can be read only once: its readers fill slabs, which are kept until they are acknowledged. Bytes are sent as soon as
/// they are read, whether or not they fill a block.
/// </summary>
internal sealed class StreamOutbox(IStreamSource source, int block, int window, SlabPool slabs)
    : Outbox(window, Limits.InlineBytes)
{
    private readonly Queue<(Slab Slab, int Length)> _read = new();
    private int _reading = source.Readers;
    private bool _isAtEnd;
    private long _total;
    private long _position;

    protected override bool HasMore => _read.Count > 0;

    protected override long Size => _position;

    /// <summary>Reads the source to its end. Runs on as many threads as the source has readers.</summary>
    public void Run()
    {
        while (slabs.Rent() is { } slab)
        {
            var isKept = false;
            try
            {
                isKept = TryKeep(slab, Fill(slab));
            }
            finally
            {
                if (!isKept)
                {
                    slab.Return();
                }
            }

            if (!isKept)
            {
                return;
            }
        }
    }

    /// <summary>Queues the bytes read for the lanes; false at the end.</summary>
    private bool TryKeep(Slab slab, int length)
    {
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
            if (IsClosed || length == 0)
            {
                EndReading();
                return false;
            }

            _total += length;
            _read.Enqueue((slab, length));
            return true;
        }
    }

    /// <summary>Also enlarges the pool: one slab per block in flight and one per reader.</summary>
    public override void Reach(long blocks)
    {
        base.Reach(blocks);
        slabs.Grow((int)Allowed + source.Readers);
    }

    public override void Close()
    {
        base.Close();
        lock (Gate)
        {
            while (_read.TryDequeue(out var next))
            {
                next.Slab.Return();
            }
        }

        slabs.Dispose();
    }

    public override void Acknowledge(in OutgoingBlock outgoing)
    {
        source.Delivered(outgoing.Slab!.Payload[..outgoing.Length]);
        base.Acknowledge(outgoing);
    }

    public override Slab Load(in OutgoingBlock outgoing, Slab own, LaneTraits traits) => outgoing.Slab!;

    protected override bool TryMake(out OutgoingBlock outgoing)
    {
        if (!_read.TryDequeue(out var next))
        {
            outgoing = default;
            return false;
        }

        outgoing = Make(new BlockRange(BlockType.Data, _position, next.Length), next.Slab);
        _position += next.Length;
        if (_isAtEnd && _read.Count == 0)
        {
            Exhaust();
        }

        return true;
    }

    /// <summary>Records that a reader has reached the end; under the gate.</summary>
    private void EndReading()
    {
        _isAtEnd = --_reading == 0;
        if (_isAtEnd && _read.Count == 0 && !IsClosed)
        {
            Exhaust();
        }
    }

    /// <summary>Reads the available bytes, waiting at most once. Blocks that may still fit into the control channel are not filled beyond its limit.</summary>
    private int Fill(Slab slab)
    {
        var room = Math.Min(block, slab.Capacity);
        var inline = Limits.InlineBytes - Volatile.Read(ref _total);
        if (inline >= source.LeastRoom)
        {
            room = (int)Math.Min(room, inline);
        }

        var length = 0;
        do
        {
            var count = source.Read(slab.Payload[length..room]);
            if (count == 0)
            {
                break;
            }

            length += count;
        }
        while (length < room && source.HasMore());
        return length;
    }
}
