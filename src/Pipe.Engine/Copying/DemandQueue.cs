namespace Pipe.Engine;

/// <summary>A priority queue of requested ranges: misses first, then hints, then the sweep, each in order of request. Not thread-safe.</summary>
internal sealed class DemandQueue
{
    private readonly Queue<(long Offset, long End)>[] _queues = [new(), new(), new()];

    public int Count => _queues[0].Count + _queues[1].Count + _queues[2].Count;

    public void Add(long offset, long length, FetchPriority priority)
    {
        if (length > 0)
        {
            _queues[(int)priority - 1].Enqueue((offset, offset + length));
        }
    }

    /// <summary>Moves the queued parts of a range to the misses.</summary>
    public void Raise(long offset, long length)
    {
        var end = offset + length;
        foreach (var queue in _queues.AsSpan(1))
        {
            for (var left = queue.Count; left > 0; left--)
            {
                var (start, until) = queue.Dequeue();
                var (from, to) = (Math.Max(start, offset), Math.Min(until, end));
                if (from >= to)
                {
                    queue.Enqueue((start, until));
                    continue;
                }

                _queues[0].Enqueue((from, to));
                Keep(queue, start, from);
                Keep(queue, to, until);
            }
        }
    }

    /// <summary>Takes at most <paramref name="most"/> bytes of the most urgent range.</summary>
    public bool TryTake(long most, out long offset, out long length, out FetchPriority priority) =>
        TryTake(FetchPriority.Miss, FetchPriority.Sweep, most, out offset, out length, out priority);

    /// <summary>Takes at most <paramref name="most"/> bytes of the most urgent range with a priority from <paramref name="first"/> to <paramref name="last"/>, inclusive.</summary>
    public bool TryTake(FetchPriority first, FetchPriority last, long most, out long offset, out long length, out FetchPriority priority)
    {
        for (var at = first; at <= last; at++)
        {
            var queue = _queues[(int)at - 1];
            if (queue.TryPeek(out var range))
            {
                (offset, length, priority) = (range.Offset, Math.Min(most, range.End - range.Offset), at);
                TakeFront(queue, offset + length);
                return true;
            }
        }

        (offset, length, priority) = (0, 0, default);
        return false;
    }

    public void Clear()
    {
        foreach (var queue in _queues)
        {
            queue.Clear();
        }
    }

    /// <summary>Removes the bytes before <paramref name="from"/> from the first range; any rest stays first.</summary>
    private static void TakeFront(Queue<(long Offset, long End)> queue, long from)
    {
        var (_, end) = queue.Dequeue();
        if (from == end)
        {
            return;
        }

        queue.Enqueue((from, end));
        for (var others = queue.Count - 1; others > 0; others--)
        {
            queue.Enqueue(queue.Dequeue());
        }
    }

    private static void Keep(Queue<(long Offset, long End)> queue, long start, long end)
    {
        if (start < end)
        {
            queue.Enqueue((start, end));
        }
    }
}
