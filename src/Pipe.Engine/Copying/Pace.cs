using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Holds the lanes together to so many bytes a second. A tenth of a second may be caught up, no more.</summary>
internal sealed class Pace(long bytesPerSecond)
{
    private readonly Lock _lock = new();
    private long _due = Stopwatch.GetTimestamp();

    /// <summary>Waits until that many bytes may go.</summary>
    public void Await(int bytes)
    {
        if (bytesPerSecond == 0)
        {
            return;
        }

        long wait;
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            _due = Math.Max(_due, now - (Stopwatch.Frequency / 10));
            wait = _due - now;
            _due += (long)(bytes * (double)Stopwatch.Frequency / bytesPerSecond);
        }

        if (wait > 0)
        {
            Thread.Sleep(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency));
        }
    }
}
