using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The blocks of a sender, cut into fragments of the size that the path carries at the moment. Lost fragments go first. A block is started only within
/// the credit, and forgotten when the receiver reports it as finished.
/// </summary>
internal sealed class OutgoingBlocks(int maxBlock, int firstBlocks = 0)
{
    private const int Spread = DatagramLimits.MaxSpread;

    private readonly int[] _sizes = new int[Spread];
    private readonly BlockMap?[] _maps = new BlockMap?[Spread];
    private readonly bool[] _finished = new bool[Spread];
    private readonly Fifo<BlockMap> _pool = new();
    private readonly Fifo<BlockRange> _lost = new(256);
    private readonly Fifo<FinishedBlock> _verdicts = new();
    private BlockRange _rest;
    private ulong _started;
    private int _cursor;

    /// <summary>The index of the next block to be submitted.</summary>
    public ulong Next { get; private set; }

    /// <summary>All blocks below this index are finished.</summary>
    public ulong Floor { get; private set; }

    /// <summary>Blocks below this index may be sent.</summary>
    public ulong Limit { get; private set; } = (ulong)firstBlocks;

    /// <summary>The serial of the latest Credit.</summary>
    public ulong Serial { get; private set; }

    /// <summary>The rate of the sink in bytes per second; 0 if unknown.</summary>
    public ulong DrainRate { get; private set; }

    /// <summary>Maximum size of a block.</summary>
    public int MaxBlock => maxBlock;

    /// <summary>Number of lost ranges that wait to be sent again.</summary>
    public int Queued => _lost.Count + Held.Count;

    public bool CanSubmit => Next - Floor < Spread;

    /// <summary>Blocks from this index on have not been started.</summary>
    public ulong Started => _started;

    /// <summary>Number of blocks that have been started and are not finished.</summary>
    public int Open { get; private set; }

    /// <summary>Bytes of the blocks that have been started and are not finished.</summary>
    public long OpenBytes { get; private set; }

    /// <summary>Lost bytes that are delayed before they are sent again.</summary>
    public HeldRanges Held { get; } = new();

    /// <summary>Whether there are lost bytes that have not arrived in the meantime.</summary>
    public bool HasLost
    {
        get
        {
            DropKnown();
            return _rest.Length > 0;
        }
    }

    /// <summary>Whether all blocks have been sent once: a loss now would delay the end, so each fragment is sent twice.</summary>
    private bool IsTail => _started == Next;

    public bool HasNew => _started < Next && (_cursor > 0 || _started < Limit);

    /// <summary>Whether a block is waiting for credit.</summary>
    public bool IsBlocked => _started < Next && !HasNew;

    public ulong Submit(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, maxBlock);
        if (!CanSubmit)
        {
            throw new InvalidOperationException("a block beyond the spread");
        }

        _sizes[At(Next)] = size;
        _finished[At(Next)] = false;
        return Next++;
    }

    public int SizeOf(ulong block) => _sizes[At(block)];

    /// <summary>Takes the next fragment of at most that many bytes, a multiple of the unit.</summary>
    public bool TryTake(int payload, out BlockRange fragment, out bool isRepeated)
    {
        isRepeated = TryTakeLost(payload, out fragment);
        return isRepeated || TryTakeNew(payload, out fragment);
    }

    /// <summary>Length of the fragment that <see cref="TryTake"/> would return; 0 for none.</summary>
    public int PeekLength(int payload)
    {
        if (HasLost)
        {
            return Math.Min(payload, _rest.Length);
        }

        return HasNew ? Math.Min(payload, SizeOf(_started) - _cursor) : 0;
    }

    public void Repeat(in BlockRange range) => _lost.Add(range);

    /// <summary>Queues the held ranges whose delay is over.</summary>
    public void ReleaseHeld(long now)
    {
        while (Held.TryTake(now, out var range))
        {
            Repeat(range);
        }
    }

    public bool IsKnown(in BlockRange range) =>
        range.Block < Floor || _maps[At(range.Block)] is not { } map || map.Contains(range.Offset, range.Length);

    public void OnArrived(in BlockRange range)
    {
        if (range.Block < Floor || _maps[At(range.Block)] is not { } map)
        {
            return;
        }

        map.Add(range.Offset, range.Length);
        if (map.IsWhole)
        {
            Release(range.Block);
        }
    }

    public void OnCredit(in DatagramCredit credit, ReadOnlySpan<byte> lists)
    {
        if (credit.Serial <= Serial)
        {
            return;
        }

        if (credit.Floor > _started)
        {
            throw new ProtocolException($"a Credit that finishes block {credit.Floor - 1}, which was not sent");
        }

        (Serial, DrainRate) = (credit.Serial, credit.Rate);
        Limit = Math.Max(Limit, credit.Limit);
        var damaged = lists[(credit.Finished * DatagramRange.Size)..];
        for (var block = Floor; block < credit.Floor; block++)
        {
            Finish(block, damaged);
        }

        FinishRanges(credit.Floor, lists[..(credit.Finished * DatagramRange.Size)], damaged);
        while (Floor < _started && _finished[At(Floor)])
        {
            Floor++;
        }
    }

    public bool TryTakeFinished(out FinishedBlock block) => _verdicts.TryTake(out block);

    private bool TryTakeLost(int payload, out BlockRange fragment)
    {
        DropKnown();
        fragment = _rest with { Length = Math.Min(payload, _rest.Length) };
        if (IsTail && !_rest.IsCopy && fragment.Length > 0)
        {
            _lost.Add(fragment with { IsCopy = true });
        }

        _rest = _rest with { Offset = _rest.Offset + fragment.Length, Length = _rest.Length - fragment.Length };
        return fragment.Length > 0;
    }

    /// <summary>Drops lost ranges that have arrived in the meantime, in another copy.</summary>
    private void DropKnown()
    {
        while ((_rest.Length == 0 || IsKnown(_rest)) && _lost.TryTake(out _rest))
        {
        }

        if (_rest.Length > 0 && IsKnown(_rest))
        {
            _rest = default;
        }
    }

    private bool TryTakeNew(int payload, out BlockRange fragment)
    {
        fragment = default;
        if (!HasNew)
        {
            return false;
        }

        var size = SizeOf(_started);
        if (_cursor == 0)
        {
            _maps[At(_started)] = TakeMap(size);
            (Open, OpenBytes) = (Open + 1, OpenBytes + size);
        }

        fragment = new BlockRange(_started, _cursor, Math.Min(payload, size - _cursor));
        _cursor += fragment.Length;
        if (_cursor == size)
        {
            _started++;
            _cursor = 0;
        }

        return true;
    }

    private void FinishRanges(ulong block, ReadOnlySpan<byte> ranges, ReadOnlySpan<byte> damaged)
    {
        for (; !ranges.IsEmpty; ranges = ranges[DatagramRange.Size..])
        {
            var range = DatagramRange.Read(ranges);
            block += range.Gap;
            for (var end = block + range.Length; block < end; block++)
            {
                Finish(block, damaged);
            }
        }
    }

    private void Finish(ulong block, ReadOnlySpan<byte> damaged)
    {
        if (block >= _started)
        {
            throw new ProtocolException($"a Credit that finishes block {block}, which was not sent");
        }

        if (block < Floor || _finished[At(block)])
        {
            return;
        }

        _finished[At(block)] = true;
        (Open, OpenBytes) = (Open - 1, OpenBytes - SizeOf(block));
        Release(block);
        _verdicts.Add(new FinishedBlock(block, IsIn(damaged, block)));
    }

    private static bool IsIn(ReadOnlySpan<byte> indexes, ulong block)
    {
        for (; !indexes.IsEmpty; indexes = indexes[sizeof(ulong)..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(indexes) == block)
            {
                return true;
            }
        }

        return false;
    }

    private BlockMap TakeMap(int size)
    {
        if (!_pool.TryTake(out var map))
        {
            map = new BlockMap(maxBlock);
        }

        map.Reset(size);
        return map;
    }

    private void Release(ulong block)
    {
        if (_maps[At(block)] is { } map)
        {
            _maps[At(block)] = null;
            _pool.Add(map);
        }
    }

    private static int At(ulong block) => (int)(block % Spread);
}
