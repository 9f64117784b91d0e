namespace Pipe.Linux;

/// <summary>
/// A bounded pool of slabs, each allocated at first use. Renting waits for a free slab, which limits memory and applies back-pressure.
/// </summary>
internal sealed class SlabPool(int count, int capacity) : IDisposable
{
    private readonly List<Slab> _free = new(count);
    private bool _closed;

    /// <summary>Slabs allocated so far, free or rented.</summary>
    public int Made { get; private set; }

    /// <summary>Maximum number of slabs.</summary>
    public int Count { get; private set; } = count;

    public int Capacity { get; } = capacity;

    /// <summary>Waits for a slab; null once the pool is closed.</summary>
    public Slab? Rent()
    {
        lock (_free)
        {
            while (!_closed)
            {
                if (_free.Count > 0)
                {
                    var slab = _free[^1];
                    _free.RemoveAt(_free.Count - 1);
                    return slab;
                }

                if (Made < Count)
                {
                    var slab = new Slab(Capacity, this);
                    Made++;
                    return slab;
                }

                Monitor.Wait(_free);
            }

            return null;
        }
    }

    /// <summary>Raises the maximum; never lowers it.</summary>
    public void Grow(int count)
    {
        lock (_free)
        {
            Count = Math.Max(Count, count);
            Monitor.PulseAll(_free);
        }
    }

    public void Return(Slab slab)
    {
        lock (_free)
        {
            if (_closed)
            {
                Free(slab);
                return;
            }

            _free.Add(slab);
            Monitor.Pulse(_free);
        }
    }

    /// <summary>Ends all waits with null; rented slabs are freed when they are returned.</summary>
    public void Dispose()
    {
        lock (_free)
        {
            _closed = true;
            _free.ForEach(Free);
            _free.Clear();
            Monitor.PulseAll(_free);
        }
    }

    private void Free(Slab slab)
    {
        slab.Dispose();
        Made--;
    }
}
