namespace Pipe.Engine;

/// <summary>A bounded queue between a datagram thread, which never blocks, and a thread that does. Allocates only at construction.</summary>
internal sealed class BlockQueue<T>(int capacity)
{
    private readonly T[] _items = new T[capacity];
    private readonly object _lock = new();
    private int _first;
    private int _count;
    private bool _isClosed;

    /// <summary>Adds an item; false once closed. There is always room: no more items exist than fit.</summary>
    public bool TryAdd(T item)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            if (_count == capacity)
            {
                throw new InvalidOperationException("more blocks than the window allows");
            }

            _items[(_first + _count++) % capacity] = item;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    public bool TryTake(out T item)
    {
        lock (_lock)
        {
            return TryRemove(out item);
        }
    }

    /// <summary>Waits for an item; false once closed and empty.</summary>
    public bool Take(out T item)
    {
        lock (_lock)
        {
            while (_count == 0 && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            return TryRemove(out item);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private bool TryRemove(out T item)
    {
        if (_count == 0)
        {
            item = default!;
            return false;
        }

        item = _items[_first];
        _items[_first] = default!;
        (_first, _count) = ((_first + 1) % capacity, _count - 1);
        return true;
    }
}
