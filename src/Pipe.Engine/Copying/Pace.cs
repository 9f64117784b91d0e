using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Holds the lanes together to so many bytes a second. A tenth of a second may be caught up, no more.</summary>
internal sealed class Pace(long bytesPerSecond)
{
    private readonly Lock _lock = new();
    private long _due = Stopwatch.GetTimestamp();

    /// <summary>
    /// Waits until that many bytes may go; false, and their time is free for others, if the window is closed before: who waited for a
    /// lane that is gone would keep a block from those that are there.
    /// </summary>
    public bool Await(int bytes, SendWindow window)
    {
        if (bytesPerSecond == 0)
        {
            return true;
        }

        var cost = (long)(bytes * (double)Stopwatch.Frequency / bytesPerSecond);
        var wait = Reserve(cost);
        if (wait <= 0 || !window.AwaitClosed(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency)))
        {
            return true;
        }

        Reserve(-cost);
        return false;
    }

    /// <summary>How long to wait, in ticks.</summary>
    private long Reserve(long cost)
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            _due = Math.Max(_due, now - (Stopwatch.Frequency / 10));
            var wait = _due - now;
            _due += cost;
            return wait;
        }
    }
}
