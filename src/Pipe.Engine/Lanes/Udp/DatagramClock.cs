using System.Diagnostics;

namespace Pipe.Engine;

/// <summary>The monotonic clock of the datagram threads.</summary>
internal static class DatagramClock
{
    private static readonly long PerTick = 1_000_000_000 / Stopwatch.Frequency;

    /// <summary>The time in nanoseconds.</summary>
    public static long Now => Stopwatch.GetTimestamp() * PerTick;
}
