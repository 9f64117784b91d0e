namespace Pipe.Engine;

/// <summary>
/// The parcels that one lane has carried and nobody has acknowledged yet, in the order in which it carried them.
/// Full, it holds up the sender. A parcel reported damaged leaves early, and its place stays empty.
/// </summary>
internal sealed class Flight(int capacity)
{
    private readonly Parcel?[] _parcels = new Parcel?[capacity];
    private readonly object _lock = new();
    private volatile bool _isClosed;
    private ulong _first;
    private ulong _next;

    public bool IsClosed => _isClosed;

    /// <summary>Waits for room, then takes note of a parcel that is about to be sent; false once closed.</summary>
    public bool TryAdd(in Parcel parcel)
    {
        lock (_lock)
        {
            while (!_isClosed && _next - _first == (ulong)capacity)
            {
                Monitor.Wait(_lock);
            }

            if (!_isClosed)
            {
                _parcels[_next++ % (ulong)capacity] = parcel;
            }

            return !_isClosed;
        }
    }

    /// <summary>The oldest parcel below that index, taken out; false when there is none left. A place that is empty gives null.</summary>
    public bool TryTakeBelow(ulong index, out Parcel? parcel)
    {
        lock (_lock)
        {
            if (index > _next)
            {
                Protocol.ProtocolException.Throw("an acknowledgement of blocks that were never sent");
            }

            if (_first >= index)
            {
                parcel = null;
                return false;
            }

            parcel = Remove(_first++);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>The parcel with that index, taken out of the middle; null if it is out already.</summary>
    public Parcel? Take(ulong index)
    {
        lock (_lock)
        {
            return index >= _first && index < _next ? Remove(index) : null;
        }
    }

    /// <summary>Everything still there, because the lane is gone.</summary>
    public List<Parcel> TakeAll()
    {
        var all = new List<Parcel>();
        lock (_lock)
        {
            while (_first < _next)
            {
                if (Remove(_first++) is { } parcel)
                {
                    all.Add(parcel);
                }
            }
        }

        return all;
    }

    /// <summary>Takes nothing more, and lets a sender go that waits for room.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private Parcel? Remove(ulong index)
    {
        ref var place = ref _parcels[index % (ulong)capacity];
        var parcel = place;
        place = null;
        return parcel;
    }
}
