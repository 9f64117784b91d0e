using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>
/// The parcels that one lane has carried and nobody has acknowledged yet, in the order in which it carried them.
/// Full, it holds up the sender. A parcel reported damaged leaves early, and its place stays empty. None leaves before it is sent,
/// whatever the peer says: its bytes are still being read.
/// </summary>
internal sealed class Flight(int capacity)
{
    private readonly Parcel?[] _parcels = new Parcel?[capacity];
    private readonly object _lock = new();
    private volatile bool _isClosed;
    private ulong _first;
    private ulong _next;
    private ulong _sent;

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

    /// <summary>The parcel added last has been sent, all of it.</summary>
    public void Sent()
    {
        lock (_lock)
        {
            _sent = _next;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>
    /// The oldest parcel below that index, taken out; false when there is none left, or once closed. A place that is empty gives null.
    /// Waits for one that is still being sent.
    /// </summary>
    public bool TryTakeBelow(ulong index, out Parcel? parcel)
    {
        lock (_lock)
        {
            if (index > _next)
            {
                Protocol.ProtocolException.Throw("an acknowledgement of blocks that were never sent");
            }

            if (_first >= index || !AwaitSent(_first))
            {
                parcel = null;
                return false;
            }

            parcel = Remove(_first++);
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    /// <summary>The parcel with that index, taken out of the middle; null if it is out already. Waits for one that is still being sent.</summary>
    public Parcel? Take(ulong index)
    {
        lock (_lock)
        {
            return index >= _first && index < _next && AwaitSent(index) ? Remove(index) : null;
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

    /// <summary>Waits that long for it to be closed; false if it was not. For the thread that adds, no other.</summary>
    public bool AwaitClosed(TimeSpan limit)
    {
        var end = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        lock (_lock)
        {
            for (var left = limit; !_isClosed && left > TimeSpan.Zero; left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end))
            {
                Monitor.Wait(_lock, left);
            }

            return _isClosed;
        }
    }

    /// <summary>False if it will not be: the lane is gone. Under the lock.</summary>
    private bool AwaitSent(ulong index)
    {
        while (!_isClosed && _sent <= index)
        {
            Monitor.Wait(_lock);
        }

        return _sent > index;
    }

    private Parcel? Remove(ulong index)
    {
        ref var place = ref _parcels[index % (ulong)capacity];
        var parcel = place;
        place = null;
        return parcel;
    }
}
