namespace Pipe.Engine;

/// <summary>The set of ranges demanded so far. Not thread-safe.</summary>
internal sealed class AskedRanges
{
    // Sorted; neither overlapping nor adjacent.
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Adds the first missing part of a range; false if the set already covers the range.</summary>
    public bool TryAddFirst(long from, long to, out long start, out long end)
    {
        var at = FirstEndingAtOrAfter(from);
        start = at < _ranges.Count && _ranges[at].Start <= from ? _ranges[at].End : from;
        var next = at < _ranges.Count && _ranges[at].Start <= from ? at + 1 : at;
        end = Math.Min(to, next < _ranges.Count ? _ranges[next].Start : to);
        if (start >= to)
        {
            return false;
        }

        Insert(next, start, end);
        return true;
    }

    /// <summary>Whether the set covers everything from 0 to <paramref name="size"/>.</summary>
    public bool Covers(long size) => size == 0 || (_ranges.Count == 1 && _ranges[0] == (0, size));

    private int FirstEndingAtOrAfter(long offset)
    {
        var low = 0;
        for (var high = _ranges.Count; low < high;)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End >= offset)
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

    private void Insert(int next, long start, long end)
    {
        var joinsBefore = next > 0 && _ranges[next - 1].End == start;
        var joinsAfter = next < _ranges.Count && _ranges[next].Start == end;
        var range = (joinsBefore ? _ranges[next - 1].Start : start, joinsAfter ? _ranges[next].End : end);
        if (joinsBefore && joinsAfter)
        {
            _ranges.RemoveAt(next);
        }

        if (joinsBefore)
        {
            _ranges[next - 1] = range;
        }
        else if (joinsAfter)
        {
            _ranges[next] = range;
        }
        else
        {
            _ranges.Insert(next, range);
        }
    }
}
