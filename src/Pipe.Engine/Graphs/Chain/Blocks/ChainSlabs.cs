using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The slabs of the blocks that are in memory, in the order of their arrival. Guarded by its <see cref="ChainBlocks"/>.</summary>
/// <param name="most">Number of slabs beyond which the oldest are dropped.</param>
internal sealed class ChainSlabs(int most)
{
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly List<Entry> _order = [];
    private readonly Stack<Entry> _spare = new();
    private bool _isClosed;

    public int Most => most;

    /// <summary>Number of blocks that lanes are sending.</summary>
    public int Pinned { get; private set; }

    public void Add(long number, Slab slab)
    {
        var entry = _spare.TryPop(out var spare) ? spare : new Entry();
        (entry.Number, entry.Slab, entry.Pins, entry.IsStored) = (number, slab, 0, false);
        _entries.Add(number, entry);
        _order.Add(entry);
    }

    /// <summary>The block is in the target, so its slab may go.</summary>
    public void Store(long number)
    {
        if (_entries.TryGetValue(number, out var entry))
        {
            entry.IsStored = true;
            DropIfClosed(entry);
        }
    }

    public Slab? Pin(long number)
    {
        if (!_entries.TryGetValue(number, out var entry))
        {
            return null;
        }

        Pinned += entry.Pins++ == 0 ? 1 : 0;
        return entry.Slab;
    }

    public void Unpin(long number, Slab slab)
    {
        if (_entries.TryGetValue(number, out var entry) && entry.Slab == slab)
        {
            Pinned -= --entry.Pins == 0 ? 1 : 0;
            DropIfClosed(entry);
        }
    }

    /// <summary>Drops the slab of a block, if it is stored and no lane is sending it.</summary>
    public void TryDrop(long number)
    {
        if (_entries.TryGetValue(number, out var entry) && entry is { IsStored: true, Pins: 0 })
        {
            Drop(entry);
        }
    }

    public void DropOldest()
    {
        for (var at = 0; _order.Count > most && at < _order.Count;)
        {
            if (_order[at] is { IsStored: true, Pins: 0 } entry)
            {
                Drop(entry);
            }
            else
            {
                at++;
            }
        }
    }

    public void ForEachStored(Action<long> action)
    {
        foreach (var number in _order.Where(entry => entry.IsStored).Select(entry => entry.Number).ToList())
        {
            action(number);
        }
    }

    /// <summary>Drops all slabs; those in use are dropped when they no longer are.</summary>
    public void Close()
    {
        _isClosed = true;
        ForEachStored(TryDrop);
    }

    private void DropIfClosed(Entry entry)
    {
        if (_isClosed)
        {
            TryDrop(entry.Number);
        }
    }

    private void Drop(Entry entry)
    {
        _entries.Remove(entry.Number);
        _order.Remove(entry);
        entry.Slab!.Return();
        entry.Slab = null;
        _spare.Push(entry);
    }

    private sealed class Entry
    {
        public long Number;
        public Slab? Slab;
        public int Pins;
        public bool IsStored;
    }
}
