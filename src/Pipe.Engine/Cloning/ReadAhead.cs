namespace Pipe.Engine;

/// <summary>Detects sequential reads: after two adjacent misses it prefetches a growing range. Thread-safe.</summary>
internal sealed class ReadAhead
{
    private const long Most = 4 << 20;
    private const long First = 128 << 10;
    private readonly object _lock = new();
    private long _expected = -1;
    private long _hinted;
    private long _window;

    /// <summary>Records a miss; returns the range to prefetch, of length 0 for none.</summary>
    public (long Offset, long Length) Missed(long offset, long end, long size)
    {
        lock (_lock)
        {
            var isAdjacent = offset == _expected;
            _expected = end;
            if (!isAdjacent)
            {
                (_window, _hinted) = (0, 0);
                return default;
            }

            _window = _window == 0 ? First : Math.Min(Most, 2 * _window);
            var from = Math.Max(end, _hinted);
            _hinted = Math.Max(from, Math.Min(size, end + _window));
            return (from, _hinted - from);
        }
    }
}
