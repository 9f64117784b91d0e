namespace Pipe.Engine;

/// <summary>
/// The window of background hydration in bytes: twice the bandwidth-delay product, measured as the best rate times the minimum round trip,
/// and less while background traffic delays the reads of clients. At least one batch.
/// </summary>
/// <param name="batch">Size of one request in bytes; the minimum of the window.</param>
/// <param name="most">Maximum of the window in bytes.</param>
internal sealed class SweepWindow(long batch, long most)
{
    private const long GainBytes = 2;
    private const int IntervalMilliseconds = 20;
    private const long LongestBase = 10_000;
    private double _rate;
    private long _intervalStart = -1;
    private long _intervalBytes;
    private long _leastRoundTrip = long.MaxValue;
    private long _leastMiss = long.MaxValue;
    private long _leastMissAt;
    private long _yielded = long.MaxValue;
    private long _yieldedAt;

    public long Bytes => Math.Max(batch, Math.Min(_yielded, Math.Min(most, Path)));

    private long Path => _rate <= 0 ? Math.Min(most, 16 * batch) : Math.Max(4 * batch, (long)(GainBytes * _rate * Math.Max(1, _leastRoundTrip)));

    /// <summary>Records the arrival of background data.</summary>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="roundTrip">Milliseconds since the request.</param>
    /// <param name="now">Current time in milliseconds.</param>
    public void Arrived(long bytes, long roundTrip, long now)
    {
        _leastRoundTrip = Math.Min(_leastRoundTrip, Math.Max(1, roundTrip));
        if (_intervalStart < 0)
        {
            _intervalStart = now - Math.Max(1, roundTrip);
        }

        _intervalBytes += bytes;
        var elapsed = now - _intervalStart;
        if (elapsed >= Math.Max(IntervalMilliseconds, _leastRoundTrip))
        {
            // Let the rate decay by at most an eighth per interval, because the path may change.
            _rate = Math.Max((double)_intervalBytes / elapsed, _rate * 7 / 8);
            (_intervalStart, _intervalBytes) = (now, 0);
        }

        Recover(now);
    }

    /// <summary>Records a wait of a client for the source.</summary>
    public void Missed(long milliseconds, long now)
    {
        if (milliseconds <= _leastMiss || now - _leastMissAt > LongestBase)
        {
            (_leastMiss, _leastMissAt) = (Math.Max(1, milliseconds), now);
        }

        if (2 * milliseconds > 3 * _leastMiss && now - _yieldedAt >= milliseconds)
        {
            _yielded = Math.Max(batch, Bytes / 2);
            _yieldedAt = now;
        }
    }

    /// <summary>Grows the window by one batch for each round trip in which no client waited too long.</summary>
    private void Recover(long now)
    {
        if (_yielded < most && now - _yieldedAt >= _leastRoundTrip)
        {
            _yielded += batch;
            _yieldedAt = now;
        }
    }
}
