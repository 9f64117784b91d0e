namespace Pipe.Engine;

/// <summary>
/// How many bytes the background may have on their way: twice what the path holds, which is its best rate times its least round trip, and
/// less while clients wait for the source longer than they do without it. Never none. A user's limit replaces the first, not the second.
/// </summary>
/// <param name="batch">Bytes of one request; the least.</param>
/// <param name="most">The user's limit, or that of the program.</param>
internal sealed class SweepWindow(long batch, long most)
{
    private const long GainBytes = 2;
    private const int IntervalMilliseconds = 100;
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

    /// <summary>Bytes of the background have arrived.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="roundTrip">Milliseconds since they were asked for.</param>
    /// <param name="now">Milliseconds.</param>
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
            // The rate may fall too, by an eighth at a time: the path changes.
            _rate = Math.Max((double)_intervalBytes / elapsed, _rate * 7 / 8);
            (_intervalStart, _intervalBytes) = (now, 0);
        }

        Recover(now);
    }

    /// <summary>A client has waited for the source.</summary>
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

    /// <summary>One batch more for each round trip in which no client waited too long.</summary>
    private void Recover(long now)
    {
        if (_yielded < most && now - _yieldedAt >= _leastRoundTrip)
        {
            _yielded += batch;
            _yieldedAt = now;
        }
    }
}
