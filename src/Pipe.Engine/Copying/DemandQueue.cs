namespace Pipe.Engine;

/// <summary>Ranges that were asked for and have not been taken yet: misses first, then hints, then the sweep; each in the order of asking. Not locked.</summary>
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

    /// <summary>What of that range still waits with less priority waits among the misses from now on.</summary>
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

    /// <summary>The most urgent range, at most that many bytes of it.</summary>
    public bool TryTake(long most, out long offset, out long length, out FetchPriority priority) =>
        TryTake(FetchPriority.Miss, FetchPriority.Sweep, most, out offset, out length, out priority);

    /// <summary>The same among some priorities only, both included.</summary>
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

    /// <summary>The rest of the first range stays the first.</summary>
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
