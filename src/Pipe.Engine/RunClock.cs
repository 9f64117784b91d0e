using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>The clock of <see cref="Stopwatch"/>, but it stands still while the user has suspended this process.</summary>
internal static class RunClock
{
    private static readonly Lock Guard = new();
    private static long _stopped;
    private static long _stoppedAt;

    public static long Timestamp
    {
        get
        {
            lock (Guard)
            {
                return (_stoppedAt != 0 ? _stoppedAt : Stopwatch.GetTimestamp()) - _stopped;
            }
        }
    }

    /// <summary>The time since an earlier <see cref="Timestamp"/>.</summary>
    public static TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(timestamp, Timestamp);

    public static void Stop()
    {
        lock (Guard)
        {
            _stoppedAt = Stopwatch.GetTimestamp();
        }
    }

    public static void GoOn()
    {
        lock (Guard)
        {
            _stopped += Stopwatch.GetTimestamp() - _stoppedAt;
            _stoppedAt = 0;
        }
    }
}
