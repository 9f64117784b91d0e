using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>
/// Limits the lanes together to a rate in bytes per second. A delay of up to a tenth of a second is caught up. A turn that is missed by more, because the
/// process was stopped, is void: otherwise all lanes would take theirs at once.
/// </summary>
internal sealed class Pace(long bytesPerSecond)
{
    private static readonly long CaughtUp = Stopwatch.Frequency / 10;
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
        while (true)
        {
            var turn = Reserve(cost);
            var wait = turn - Stopwatch.GetTimestamp();
            if (wait <= 0)
            {
                return true;
            }

            if (window.AwaitClosed(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency)))
            {
                Reserve(-cost);
                return false;
            }

            if (Stopwatch.GetTimestamp() - turn <= CaughtUp)
            {
                return true;
            }
        }
    }

    /// <summary>Reserves time; returns when it begins.</summary>
    private long Reserve(long cost)
    {
        lock (_lock)
        {
            var turn = _due = Math.Max(_due, Stopwatch.GetTimestamp() - CaughtUp);
            _due += cost;
            return turn;
        }
    }
}
