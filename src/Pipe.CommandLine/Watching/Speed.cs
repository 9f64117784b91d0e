namespace Pipe.CommandLine;

/// <summary>Bytes per second, smoothed over the last few samples. Single-threaded.</summary>
/// <param name="start">The time at which counting starts.</param>
internal sealed class Speed(TimeSpan start = default)
{
    private const double Weight = 0.3;

    private TimeSpan _last = start;
    private TimeSpan _moved = start;
    private long _bytes;
    private double _rate;
    private int _samples;

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

        if (bytes == 0 && _samples == 0)
        {
            _last = elapsed;
            return;
        }

        // The first samples count alike, so that the rate is right at once.
        var weight = Math.Max(Weight, 1.0 / ++_samples);
        var now = (bytes - _bytes) / seconds;
        _rate = (_rate * (1 - weight)) + (now * weight);
        _moved = bytes == _bytes ? _moved : elapsed;
        (_last, _bytes) = (elapsed, bytes);
    }

    /// <summary>The average over the whole run.</summary>
    public static long Average(long bytes, TimeSpan elapsed) => elapsed > TimeSpan.Zero ? (long)(bytes / elapsed.TotalSeconds) : 0;
}
