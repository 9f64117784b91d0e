namespace Pipe.Engine;

/// <summary>The ranges that were requested and have not arrived. Not thread-safe.</summary>
internal sealed class Outstanding
{
    // Sorted by start; never overlapping.
    private readonly List<(long Start, long End, FetchPriority Priority)> _ranges = [];

    /// <summary>Adds a range, which must not overlap another.</summary>
    public void Add(long start, long end, FetchPriority priority) => _ranges.Insert(FirstEndingAfter(start), (start, end, priority));

    /// <summary>Removes the first outstanding part of a range; false if no part is outstanding.</summary>
    public bool TryRemoveFirst(long start, long end, out long from, out long to)
    {
        var at = FirstEndingAfter(start);
        if (at == _ranges.Count || _ranges[at].Start >= end)
        {
            (from, to) = (0, 0);
            return false;
        }

        var range = _ranges[at];
        (from, to) = (Math.Max(start, range.Start), Math.Min(end, range.End));
        _ranges.RemoveAt(at);
        if (to < range.End)
        {
            _ranges.Insert(at, (to, range.End, range.Priority));
        }

        if (range.Start < from)
        {
            _ranges.Insert(at, (range.Start, from, range.Priority));
        }

        return true;
    }

    public IReadOnlyList<(long Start, long End, FetchPriority Priority)> All() => [.. _ranges.OrderBy(range => range.Priority)];

    private int FirstEndingAfter(long offset)
    {
        var low = 0;
        for (var high = _ranges.Count; low < high;)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
