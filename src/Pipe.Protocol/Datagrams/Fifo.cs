namespace Pipe.Protocol.Datagrams;

/// <summary>A queue in a ring buffer that allocates only to grow.</summary>
internal sealed class Fifo<T>(int capacity = 64)
{
    private T[] _ring = new T[capacity];
    private int _start;

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_start + Count++) & (_ring.Length - 1)] = item;
    }

    public bool TryPeek(out T item)
    {
        item = Count > 0 ? _ring[_start] : default!;
        return Count > 0;
    }

    public bool TryTake(out T item)
    {
        if (!TryPeek(out item))
        {
            return false;
        }

        _start = (_start + 1) & (_ring.Length - 1);
        Count--;
        return true;
    }

    public bool Contains(T item)
    {
        for (var i = 0; i < Count; i++)
        {
            if (EqualityComparer<T>.Default.Equals(_ring[(_start + i) & (_ring.Length - 1)], item))
            {
                return true;
            }
        }

        return false;
    }

    private void Grow()
    {
        var ring = new T[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_start + i) & (_ring.Length - 1)];
        }

        (_ring, _start) = (ring, 0);
    }
}
