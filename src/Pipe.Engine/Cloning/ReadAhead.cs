namespace Pipe.Engine;

/// <summary>Clients that read front to back are going to want what follows: after two misses in a row, more and more of it. Under a lock of its own.</summary>
internal sealed class ReadAhead
{
    private const long Most = 4 << 20;
    private const long First = 128 << 10;
    private readonly object _lock = new();
    private long _expected = -1;
    private long _hinted;
    private long _window;

    /// <summary>A client waits for that range; returns the range that it is going to want, with no length if nothing is known.</summary>
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
