namespace Pipe.Engine;

/// <summary>A priority queue of requested ranges: misses first, then hints, then the sweep, each in order of request. Not thread-safe.</summary>
internal sealed class DemandQueue
{
    private readonly DemandRanges[] _queues = [new(), new(), new()];

    public int Count => _queues[0].Count + _queues[1].Count + _queues[2].Count;

    public void Add(long offset, long length, FetchPriority priority) => _queues[(int)priority - 1].Add(offset, offset + length);

    /// <summary>Moves the queued parts of a range to the misses.</summary>
    public void Raise(long offset, long length)
    {
        foreach (var queue in _queues.AsSpan(1))
        {
            queue.Move(offset, offset + length, _queues[0]);
        }
    }

    /// <summary>Takes at most <paramref name="most"/> bytes of the most urgent range.</summary>
    public bool TryTake(long most, out long offset, out long length, out FetchPriority priority) =>
        TryTake(FetchPriority.Miss, FetchPriority.Sweep, most, out offset, out length, out priority);

    /// <summary>Takes at most <paramref name="most"/> bytes of the most urgent range with a priority from <paramref name="first"/> to <paramref name="last"/>, inclusive.</summary>
    public bool TryTake(FetchPriority first, FetchPriority last, long most, out long offset, out long length, out FetchPriority priority)
    {
        for (priority = first; priority <= last; priority++)
        {
            if (_queues[(int)priority - 1].TryTake(most, out offset, out length))
            {
                return true;
            }
        }

        (offset, length, priority) = (0, 0, default);
        return false;
    }

    /// <summary>Returns the end of the range that was taken last, which is then the next one of its priority.</summary>
    public void Return(long offset, long length, FetchPriority priority) => _queues[(int)priority - 1].Return(offset, length);

    public void Clear()
    {
        foreach (var queue in _queues)
        {
            queue.Clear();
        }
    }
}
