using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The blocks of a source that several copies send. Each is read once and kept until every copy has it. Memory is bounded: if a copy lags too far, the
/// block whose next use is furthest away loses its slab, and the lagging copy reads it again.
/// </summary>
internal sealed class SharedBlocks : IDisposable
{
    private const int MostAhead = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private readonly Dictionary<ulong, SharedBlock> _blocks = [];
    private readonly List<SharedBlock> _held = [];
    private readonly Stack<SharedBlock> _spare = new();
    private readonly SlabBudget _memory;
    private readonly BranchPositions _branches;
    private readonly SlowPolicy _slow;
    private readonly int _most;
    private readonly int _ahead;
    private long _offset;
    private ulong _next;
    private int _pinned;
    private bool _isAtEnd;
    private bool _isClosed;

    /// <param name="branches">Number of copies.</param>
    /// <param name="block">Block size in bytes.</param>
    /// <param name="memory">Maximum bytes of all kept blocks.</param>
    /// <param name="readers">Number of threads that read the source.</param>
    /// <param name="slow">The policy for a copy that lags.</param>
    public SharedBlocks(int branches, int block, long memory, int readers, SlowPolicy slow)
    {
        _branches = new BranchPositions(branches, slow);
        _most = Math.Max((int)Math.Min(memory / block, int.MaxValue), (2 * readers) + 4);
        _memory = new SlabBudget(block, _most);
        _ahead = Math.Clamp(_most / 4, readers + 1, MostAhead);
        _slow = slow;
    }

    /// <summary>Raised when a block may be available, or at the end of the source. Not raised under a lock.</summary>
    public event Action? Changed;

    /// <summary>Raised when a copy is dropped because it is too slow. Not raised under a lock.</summary>
    public event Action<int, string>? Dropped;

    /// <summary>Returns instructions to read a block again; null if that is not possible.</summary>
    public Func<SharedBlock, BlockRecipe?> RecipeOf { get; init; } = static _ => null;

    /// <summary>Size of the stream, once it has been read to the end.</summary>
    public long Total
    {
        get
        {
            lock (_gate)
            {
                return _offset;
            }
        }
    }

    /// <summary>Number of slabs allocated.</summary>
    public int Made
    {
        get
        {
            lock (_gate)
            {
                return _memory.Made;
            }
        }
    }

    /// <summary>Waits for a slab to read into; null once no copy needs more.</summary>
    public Slab? Rent()
    {
        while (true)
        {
            (int Branch, string Cause)? dropped;
            lock (_gate)
            {
                if (_isClosed)
                {
                    return null;
                }

                if (IsAheadWanted && TakeSlab() is { } slab)
                {
                    _branches.GoOn();
                    return slab;
                }

                dropped = IsAheadWanted ? _branches.FindDropped() : null;
                if (dropped is null)
                {
                    Monitor.Wait(_gate, PollInterval);
                    continue;
                }
            }

            Dropped?.Invoke(dropped.Value.Branch, dropped.Value.Cause);
            Leave(dropped.Value.Branch);
        }
    }

    /// <summary>Takes back a rented slab without contents.</summary>
    public void GiveBack(Slab slab)
    {
        lock (_gate)
        {
            Free(slab);
        }
    }

    /// <summary>Assigns the next number to a block just read. It may be sent once it is published.</summary>
    public SharedBlock Add(Slab slab, int length)
    {
        lock (_gate)
        {
            var block = (_spare.TryPop(out var spare) ? spare : new SharedBlock(_branches.Count)).Become(_next++, _offset, length, slab);
            _offset += length;
            for (var branch = 0; branch < _branches.Count; branch++)
            {
                if (!_branches.HasLeft(branch))
                {
                    block.Hold(branch);
                }
            }

            _blocks.Add(block.Number, block);
            _held.Add(block);
            return block;
        }
    }

    /// <summary>Marks a block whose digest is known as ready.</summary>
    public void Publish(SharedBlock block)
    {
        lock (_gate)
        {
            block.IsReady = true;
            FreeIfUnneeded(block);
        }

        Changed?.Invoke();
    }

    /// <summary>Marks the end of the source.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isAtEnd = true;
        }

        Changed?.Invoke();
    }

    /// <summary>Records that a copy is ready to send.</summary>
    public void Begin(int branch)
    {
        lock (_gate)
        {
            _branches.Begin(branch);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes the next block of a copy; false if none is available yet.</summary>
    public bool TryTake(int branch, out SharedBlock block)
    {
        lock (_gate)
        {
            if (_branches.HasLeft(branch) || !_blocks.TryGetValue(_branches.NextOf(branch), out block!) || !block.IsReady)
            {
                block = null!;
                return false;
            }

            _branches.Advance(branch);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Whether a copy has taken every block up to the end.</summary>
    public bool IsDone(int branch)
    {
        lock (_gate)
        {
            return _isAtEnd && _branches.NextOf(branch) == _next;
        }
    }

    /// <summary>The digest of a block, its offset, and its recipe if it has no slab; null if no copy needs the block any longer.</summary>
    public (Digest Digest, long Offset, BlockRecipe? Recipe)? Find(ulong number)
    {
        lock (_gate)
        {
            return _blocks.TryGetValue(number, out var block) ? (block.Digest, block.Offset, block.Recipe) : null;
        }
    }

    /// <summary>Pins the slab of a block in memory; null if the block has lost its slab, or no copy needs it.</summary>
    /// <param name="number">Number of the block.</param>
    /// <param name="mayStay">Whether the slab may stay pinned while a lane sends it.</param>
    public Slab? Pin(ulong number, out bool mayStay)
    {
        lock (_gate)
        {
            mayStay = _pinned < _most / 2;
            if (!_blocks.TryGetValue(number, out var block) || block.Slab is null)
            {
                return null;
            }

            _pinned += block.Pins++ == 0 ? 1 : 0;
            return block.Slab;
        }
    }

    /// <summary>Unpins a slab after a lane has sent it. Does nothing if the slab is not the block's.</summary>
    public void Unpin(ulong number, Slab slab)
    {
        lock (_gate)
        {
            if (_blocks.TryGetValue(number, out var block) && block.Slab == slab)
            {
                _pinned -= --block.Pins == 0 ? 1 : 0;
                FreeIfUnneeded(block);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Records that a copy's block was acknowledged; returns its weight the first time, zero after that.</summary>
    public (long Files, long Bytes) Acknowledge(int branch, ulong number)
    {
        lock (_gate)
        {
            if (!_blocks.TryGetValue(number, out var block) || !block.Release(branch))
            {
                return default;
            }

            var weight = block.Weight;
            _branches.Acknowledge(branch);
            FreeIfUnneeded(block);
            return weight;
        }
    }

    /// <summary>Records that a copy has ended, with or without success: it needs no more blocks.</summary>
    public void Leave(int branch)
    {
        lock (_gate)
        {
            if (!_branches.Leave(branch))
            {
                return;
            }

            foreach (var block in _blocks.Values.Where(block => block.Release(branch)).ToList())
            {
                FreeIfUnneeded(block);
            }

            _isClosed |= _branches.Lead is null;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _memory.Close();

            // Lanes return the slabs that they are still sending from.
            _held.Where(block => block.Pins == 0 && block.IsReady).ToList().ForEach(Evict);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether more blocks should be read ahead of the leading copy. The caller holds the gate.</summary>
    private bool IsAheadWanted => _next - (_branches.Lead ?? _next) < (ulong)_ahead;

    private Slab? TakeSlab()
    {
        if (_memory.Take() is { } slab)
        {
            return slab;
        }

        var mayEvict = _slow.Action == SlowAction.Reread && !_memory.IsFullOfRecipes;
        if (!mayEvict || _branches.Farthest(_held) is not { } victim || (victim.Recipe ??= RecipeOf(victim)) is null)
        {
            return null;
        }

        _memory.CountRecipe(victim.Size);
        Evict(victim);
        return _memory.Take();
    }

    private void FreeIfUnneeded(SharedBlock block)
    {
        if (block is { Holders: 0, Pins: 0, IsReady: true } && _blocks.Remove(block.Number))
        {
            if (block.Slab is null)
            {
                _memory.CountRecipe(-block.Size);
            }
            else
            {
                Evict(block);
            }

            _spare.Push(block);
        }
    }

    private void Evict(SharedBlock block)
    {
        _held.Remove(block);
        Free(block.Slab!);
        block.Slab = null;
    }

    private void Free(Slab slab)
    {
        _memory.Return(slab);
        Monitor.PulseAll(_gate);
    }
}
