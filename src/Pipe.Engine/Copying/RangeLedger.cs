using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The set of ranges of an object that are present. Not thread-safe: its owner locks.</summary>
/// <param name="mostRanges">Ranges that may be present at the same time: a limit where a peer chooses them.</param>
internal sealed class RangeLedger(int mostRanges = int.MaxValue)
{
    // Sorted, without overlap or adjacency, so there are only as many entries as gaps.
    private readonly List<(long Start, long End)> _ranges = new(mostRanges < int.MaxValue ? 0 : 64);

    /// <summary>The ranges, in order.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Adds a range; false if all of it is present already. A range that is present in part violates the protocol.</summary>
    public bool TryAdd(long offset, long length)
    {
        var end = offset + length;
        var after = FirstEndingAfter(offset);
        if (after < _ranges.Count && _ranges[after].Start < end)
        {
            return _ranges[after].Start <= offset && end <= _ranges[after].End
                ? false
                : throw new ProtocolException($"blocks that overlap at offset {Math.Max(offset, _ranges[after].Start)}");
        }

        Insert(after, offset, end);
        return true;
    }

    /// <summary>Whether everything from 0 to that size is present, and nothing beyond.</summary>
    public bool Covers(long size) => size == 0
        ? _ranges.Count == 0
        : _ranges.Count == 1 && _ranges[0] == (0, size);

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

    private void Insert(int after, long start, long end)
    {
        var joinsBefore = after > 0 && _ranges[after - 1].End == start;
        var joinsAfter = after < _ranges.Count && _ranges[after].Start == end;
        if (joinsBefore && joinsAfter)
        {
            _ranges[after - 1] = (_ranges[after - 1].Start, _ranges[after].End);
            _ranges.RemoveAt(after);
        }
        else if (joinsBefore)
        {
            _ranges[after - 1] = (_ranges[after - 1].Start, end);
        }
        else if (joinsAfter)
        {
            _ranges[after] = (start, _ranges[after].End);
        }
        else if (_ranges.Count < mostRanges)
        {
            _ranges.Insert(after, (start, end));
        }
        else
        {
            throw new ProtocolException($"more than {mostRanges} ranges with gaps between them");
        }
    }
}
