using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The blocks of a chain's object on one host: on the head those that it has read, on a node those that it has received. A block can be sent on as soon
/// as it is in memory; its slab is kept while it is being stored or sent, and as long as there is room for the links that have not taken it yet. Later
/// it is read again. All offsets are multiples of the block size; block number N starts at N times that size.
/// </summary>
/// <param name="block">Bytes of a block; the last one may be shorter.</param>
/// <param name="digest">The kind of the blocks' digests.</param>
/// <param name="slabs">The pool of all slabs.</param>
/// <param name="reserve">Slabs that must stay free for receiving or reading.</param>
internal sealed class ChainBlocks(int block, DigestKind digest, SlabPool slabs, int reserve)
{
    private readonly object _gate = new();
    private readonly ChainTable _table = new(digest);
    private readonly ChainSlabs _memory = new(Math.Max(1, slabs.Count - reserve));
    private readonly List<ChainCursor> _cursors = [];
    private long _size = -1;
    private long _stored;
    private bool _isClosed;

    /// <summary>Raised when there may be more to send, or when everything has been taken. Not raised under a lock.</summary>
    public event Action? Changed;

    /// <summary>Reads stored blocks again; null if that is not possible.</summary>
    public IBlockReader? Reader { get; init; }

    /// <summary>Makes the failure for a block that has other bytes when it is read again.</summary>
    public required Func<long, Failure> Differs { get; init; }

    public int Block => block;

    public DigestKind DigestKind => digest;

    /// <summary>Bytes stored so far, holes included.</summary>
    public long Stored
    {
        get
        {
            lock (_gate)
            {
                return _stored;
            }
        }
    }

    /// <summary>Reserves a missing block for the caller, who must store it; false if it is here already, or on its way.</summary>
    public bool TryClaim(long number)
    {
        lock (_gate)
        {
            if (_table.StateOf(number) != ChainBlockState.Missing)
            {
                return false;
            }

            _table.Set(number, ChainBlockState.Claimed);
            return true;
        }
    }

    /// <summary>Whether a block is here, or on its way.</summary>
    public bool IsHere(long number)
    {
        lock (_gate)
        {
            return _table.StateOf(number) != ChainBlockState.Missing;
        }
    }

    /// <summary>A claimed block is checked and can be sent on.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="slab">Its bytes, owned by this object until it has returned them; null for a hole.</param>
    /// <param name="contents">Its digest.</param>
    public void Arrive(long number, Slab? slab, Digest contents)
    {
        lock (_gate)
        {
            _table.Set(number, slab is null, contents);
            _table.Set(number, ChainBlockState.Here);
            if (slab is not null)
            {
                _memory.Add(number, slab);
            }

            foreach (var cursor in _cursors)
            {
                cursor.Arrived(number);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>A block is in the target.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="length">Its length.</param>
    public void Store(long number, long length)
    {
        lock (_gate)
        {
            _table.Set(number, ChainBlockState.Stored);
            _stored += length;
            _memory.Store(number);
            Trim(number);
        }
    }

    /// <summary>The size is known: there are no blocks beyond it.</summary>
    public void End(long size)
    {
        lock (_gate)
        {
            _size = size;
        }

        Changed?.Invoke();
    }

    /// <summary>Begins to serve a link.</summary>
    public void Add(ChainCursor cursor)
    {
        lock (_gate)
        {
            _cursors.Add(cursor);
            Monitor.PulseAll(_gate);
        }

        Changed?.Invoke();
    }

    public void Remove(ChainCursor cursor)
    {
        lock (_gate)
        {
            if (_cursors.Remove(cursor))
            {
                _memory.ForEachStored(Trim);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Takes the next block that a link has to send; false if there is none at the moment.</summary>
    public bool TryNext(ChainCursor cursor, out long number, out BlockRange range)
    {
        lock (_gate)
        {
            for (number = cursor.FirstLacking(cursor.Next); number < _table.Count; number = cursor.FirstLacking(number + 1))
            {
                if (_table.StateOf(number) >= ChainBlockState.Here)
                {
                    cursor.Take(number);
                    range = RangeOf(number, cursor.IsPresent(number));
                    if (range.Type == BlockType.Data)
                    {
                        cursor.BeginLoading(number);
                    }

                    Monitor.PulseAll(_gate);
                    return true;
                }
            }

            cursor.SkipTo(_table.Count);
            range = default;
            return false;
        }
    }

    /// <summary>Whether a link has taken every block of the object.</summary>
    public bool IsSentTo(ChainCursor cursor)
    {
        lock (_gate)
        {
            return _size >= 0 && cursor.FirstLacking(cursor.Next) * block >= _size;
        }
    }

    /// <summary>The digest of a block that is here.</summary>
    public Digest DigestOf(long number)
    {
        lock (_gate)
        {
            return _table.DigestOf(number);
        }
    }

    /// <summary>Pins the slab of a block in memory; null if it is no longer there.</summary>
    /// <param name="cursor">The link that is about to send it.</param>
    /// <param name="number">The block.</param>
    /// <param name="mayStay">Whether it may stay pinned while a lane sends it.</param>
    public Slab? Pin(ChainCursor cursor, long number, out bool mayStay)
    {
        lock (_gate)
        {
            cursor.EndLoading(number);
            mayStay = _memory.Pinned < _memory.Most / 2;
            return _memory.Pin(number);
        }
    }

    /// <summary>Unpins a slab. Does nothing if the slab is not the block's.</summary>
    public void Unpin(long number, Slab slab)
    {
        lock (_gate)
        {
            _memory.Unpin(number, slab);
            Trim(number);
        }
    }

    /// <summary>Reads a stored block again.</summary>
    /// <exception cref="Failure">It cannot be read, or has changed.</exception>
    public void ReadAgain(long number, Span<byte> bytes)
    {
        if (Reader is not { } reader)
        {
            throw new Failure(ExitCode.Objects, $"the block at {number * block} is no longer in memory, and cannot be read again");
        }

        reader.Read(bytes, number * block);
        if (Digest.Of(digest, bytes, number * block) != DigestOf(number))
        {
            throw Differs(number * block);
        }
    }

    /// <summary>The stored blocks, as ranges in bytes.</summary>
    public List<HeldRange> Held()
    {
        var ranges = new List<HeldRange>();
        lock (_gate)
        {
            for (var from = 0L; _table.TryFindStored(from, out var start, out var end); from = end)
            {
                ranges.Add(new HeldRange(HeldKind.Stored, start * block, (end - start) * block));
            }
        }

        return ranges;
    }

    /// <summary>Whether a stored block is a hole, and its digest; for a check of the whole target.</summary>
    public (bool IsHole, Digest Digest) ContentsOf(long number)
    {
        lock (_gate)
        {
            return (_table.IsHole(number), _table.DigestOf(number));
        }
    }

    /// <summary>Waits while the head is far enough ahead of the link that has taken most; false once closed.</summary>
    /// <param name="number">The next block to be read.</param>
    /// <param name="ahead">Blocks to be ahead.</param>
    public bool AwaitWanted(long number, int ahead)
    {
        lock (_gate)
        {
            while (!_isClosed && number - Lead() >= ahead)
            {
                Monitor.Wait(_gate);
            }

            return !_isClosed;
        }
    }

    /// <summary>Ends all waits, and returns the slabs that no lane is sending from.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _cursors.Clear();
            _memory.Close();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next block of the link that has taken most; far behind if there is no link. The caller holds the gate.</summary>
    private long Lead()
    {
        var lead = (long)int.MinValue;
        foreach (var cursor in _cursors)
        {
            lead = Math.Max(lead, cursor.Next);
        }

        return lead;
    }

    private bool HaveAllTaken(long number)
    {
        foreach (var cursor in _cursors)
        {
            if (!cursor.HasTaken(number))
            {
                return false;
            }
        }

        return true;
    }

    private BlockRange RangeOf(long number, bool isPresent)
    {
        var offset = number * block;
        var length = _size < 0 ? block : Math.Min(block, _size - offset);
        return _table.IsHole(number) ? new BlockRange(BlockType.Hole, offset, length)
            : isPresent ? new BlockRange(BlockType.Kept, offset, length, _table.DigestOf(number))
            : new BlockRange(BlockType.Data, offset, length);
    }

    /// <summary>Returns the slab of a block that every link has sent, and the oldest slabs if there are too many. The caller holds the gate.</summary>
    private void Trim(long number)
    {
        if (HaveAllTaken(number))
        {
            _memory.TryDrop(number);
        }

        if (Reader is not null)
        {
            _memory.DropOldest();
        }
    }
}
