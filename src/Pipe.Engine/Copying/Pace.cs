using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>Limits the lanes together to a rate in bytes per second. A delay of up to a tenth of a second is caught up.</summary>
internal sealed class Pace(long bytesPerSecond)
{
    private readonly Lock _lock = new();
    private long _due = Stopwatch.GetTimestamp();

    /// <summary>
    /// Waits until that many bytes may be sent. False if the window closes first; the reserved time is then free for other lanes, because a block that
    /// waits for a lost lane would be withheld from the others.
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

    /// <summary>Reserves time; returns how long to wait, in ticks.</summary>
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
