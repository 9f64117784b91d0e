namespace Pipe.CommandLine;

/// <summary>Bytes per second, smoothed over the last few samples. Single-threaded.</summary>
/// <param name="start">The time at which counting starts.</param>
internal sealed class Speed(TimeSpan start = default)
{
    private const double Weight = 0.3;

    private TimeSpan _last = start;
    private TimeSpan _moved = start;
    private long _bytes;
    private double _rate = -1;

    public long Rate => Math.Max(0, (long)_rate);

    /// <summary>Time since the last byte moved.</summary>
    public TimeSpan Still => _last - _moved;

    public void Sample(TimeSpan elapsed, long bytes)
    {
        var seconds = (elapsed - _last).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        var now = (bytes - _bytes) / seconds;
        _rate = _rate < 0 ? now : (_rate * (1 - Weight)) + (now * Weight);
        _moved = bytes == _bytes ? _moved : elapsed;
        (_last, _bytes) = (elapsed, bytes);
    }

    /// <summary>The average over the whole run.</summary>
    public static long Average(long bytes, TimeSpan elapsed) => elapsed > TimeSpan.Zero ? (long)(bytes / elapsed.TotalSeconds) : 0;
}
