using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The blocks of a receiver. Each open block has a slot; there are never more open blocks than slots, because the credit counts finished blocks, in any
/// order. A block is finished when the sink has consumed it, or when it arrived damaged.
/// </summary>
internal sealed class IncomingBlocks
{
    private const int Spread = DatagramLimits.MaxSpread;
    private const short Unseen = -1;
    private const short Finished = -2;

    private readonly int _maxBlock;
    private readonly short[] _slotOf = new short[Spread];
    private readonly BlockMap?[] _maps = new BlockMap?[DatagramLimits.MaxSlots];
    private readonly ulong[] _blockIn = new ulong[DatagramLimits.MaxSlots];
    private readonly Fifo<int> _free = new();
    private readonly Fifo<ulong> _waitingDamaged = new();
    private readonly ulong[] _damaged = new ulong[DatagramLimits.MaxDamaged];
    private readonly ulong[] _damagedSerial = new ulong[DatagramLimits.MaxDamaged];
    private int _damagedCount;
    private ulong _finishedCount;
    private ulong _highest;

    public IncomingBlocks(int maxBlock, int slots)
    {
        _maxBlock = maxBlock;
        _slotOf.AsSpan().Fill(Unseen);
        Widen(slots);
    }

    public int Slots { get; private set; }

    /// <summary>Number of blocks with a slot: open, or with the sink.</summary>
    public int InUse => Slots - _free.Count;

    /// <summary>All blocks below this index are finished.</summary>
    public ulong Floor { get; private set; }

    /// <summary>Blocks below this index may be sent; never decreases.</summary>
    public ulong Limit { get; private set; }

    /// <summary>Raises the number of slots; never lowers it.</summary>
    public void Widen(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, DatagramLimits.MaxSlots);
        for (; Slots < slots; Slots++)
        {
            _free.Add(Slots);
        }

        Raise();
    }

    /// <summary>Finds the place of a fragment; false if it has no new bytes.</summary>
    public bool TryPlace(in DataHeader header, int length, int at, out DatagramFragment fragment)
    {
        fragment = default;
        var block = header.Block;
        if (block >= Limit)
        {
            throw new ProtocolException($"a fragment of block {block}, with credit up to {Limit}");
        }

        if (block < Floor || _slotOf[At(block)] == Finished)
        {
            return false;
        }

        var opens = _slotOf[At(block)] == Unseen;
        var slot = opens ? Open(header) : _slotOf[At(block)];
        var map = _maps[slot]!;
        if (map.Size != header.BlockSize)
        {
            throw new ProtocolException($"a fragment of block {block} with {header.BlockSize} bytes, before {map.Size}");
        }

        if (map.IsWhole || map.Add(header.Offset, length) == 0)
        {
            return false;
        }

        fragment = new DatagramFragment(slot, block, header.BlockSize, header.Offset, length, at, opens, map.IsWhole);
        return true;
    }

    /// <summary>Frees the slot of a complete block that the sink has finished with.</summary>
    /// <returns>Size of the block.</returns>
    public int Finish(int slot, bool isDamaged)
    {
        var block = _blockIn[slot];
        if (_slotOf[At(block)] != slot || !_maps[slot]!.IsWhole)
        {
            throw new InvalidOperationException($"slot {slot} holds no whole block");
        }

        _free.Add(slot);
        if (isDamaged)
        {
            _slotOf[At(block)] = Finished;
            _waitingDamaged.Add(block);
            ListDamaged();
        }
        else
        {
            MarkFinished(block);
        }

        return _maps[slot]!.Size;
    }

    /// <summary>The sender has seen this Credit, and so the damaged blocks in it.</summary>
    /// <returns>Whether the next Credit names damaged blocks that had to wait.</returns>
    public bool OnSeen(ulong serial)
    {
        var kept = 0;
        for (var i = 0; i < _damagedCount; i++)
        {
            if (_damagedSerial[i] == 0 || _damagedSerial[i] > serial)
            {
                (_damaged[kept], _damagedSerial[kept]) = (_damaged[i], _damagedSerial[i]);
                kept++;
            }
        }

        _damagedCount = kept;
        return ListDamaged();
    }

    /// <summary>Writes the payload of a Credit; returns its length.</summary>
    public int Write(Span<byte> to, ulong serial, ulong rate)
    {
        var damagedBytes = _damagedCount * sizeof(ulong);
        var room = to.Slice(DatagramCredit.Size, Math.Min(to.Length - DatagramCredit.Size - damagedBytes, DatagramLimits.MaxFinishedRanges * DatagramRange.Size));
        var ranges = new DatagramRangeWriter(room);
        WriteRanges(ref ranges);
        new DatagramCredit(serial, Limit, Floor, rate, ranges.Count, _damagedCount).Write(to);
        var list = to.Slice(DatagramCredit.Size + ranges.Length, damagedBytes);
        for (var i = 0; i < _damagedCount; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(list[(i * sizeof(ulong))..], _damaged[i]);
            _damagedSerial[i] = _damagedSerial[i] == 0 ? serial : _damagedSerial[i];
        }

        return DatagramCredit.Size + ranges.Length + damagedBytes;
    }

    private short Open(in DataHeader header)
    {
        if (header.BlockSize > _maxBlock)
        {
            throw new ProtocolException($"a block of {header.BlockSize} bytes, more than {_maxBlock}");
        }

        if (!_free.TryTake(out var slot))
        {
            throw new ProtocolException("a block without a free slot");
        }

        _slotOf[At(header.Block)] = (short)slot;
        _blockIn[slot] = header.Block;
        (_maps[slot] ??= new BlockMap(_maxBlock)).Reset(header.BlockSize);
        _highest = Math.Max(_highest, header.Block + 1);
        return (short)slot;
    }

    /// <summary>Lists damaged blocks that waited. One counts as finished as soon as the next Credit can name it.</summary>
    private bool ListDamaged()
    {
        var before = _damagedCount;
        while (_damagedCount < _damaged.Length && _waitingDamaged.TryTake(out var block))
        {
            (_damaged[_damagedCount], _damagedSerial[_damagedCount]) = (block, 0);
            _damagedCount++;
            MarkFinished(block);
        }

        return _damagedCount > before;
    }

    private void MarkFinished(ulong block)
    {
        _slotOf[At(block)] = Finished;
        _finishedCount++;
        while (Floor < _highest && _slotOf[At(Floor)] == Finished && !IsWaiting(Floor))
        {
            _slotOf[At(Floor)] = Unseen;
            Floor++;
        }

        Raise();
    }

    private bool IsWaiting(ulong block) => _waitingDamaged.Contains(block);

    private void Raise() => Limit = Math.Max(Limit, Math.Min(_finishedCount + (ulong)Slots, Floor + Spread));

    private void WriteRanges(ref DatagramRangeWriter ranges)
    {
        var block = Floor;
        while (block < _highest)
        {
            var first = block;
            while (block < _highest && !IsReported(block))
            {
                block++;
            }

            var (gap, start) = (block - first, block);
            while (block < _highest && IsReported(block))
            {
                block++;
            }

            if (block > start && !ranges.TryAdd(gap, block - start))
            {
                return;
            }
        }
    }

    private bool IsReported(ulong block) => _slotOf[At(block)] == Finished && !IsWaiting(block);

    private static int At(ulong block) => (int)(block % Spread);
}
