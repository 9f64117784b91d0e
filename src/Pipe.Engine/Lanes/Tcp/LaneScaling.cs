namespace Pipe.Engine;

/// <summary>
/// Computes how many data connections fill a long path although the kernel limits the buffers of each, and how many bytes are then in flight. Judges by
/// the kernel's measures of each lane; uses no clock and no socket.
/// </summary>
/// <param name="lanes">The initial number.</param>
/// <param name="most">The maximum.</param>
internal sealed class LaneScaling(int lanes, int most)
{
    /// <summary>Round trip in microseconds below which the buffers of one connection fill any network.</summary>
    private const long Long = 2000;

    /// <summary>Round trip in microseconds above which two connections are certain to be too few.</summary>
    private const long VeryLong = 20_000;

    /// <summary>Number of data connections on a very long path.</summary>
    private const int Many = 8;

    /// <summary>Bytes that one lane may hold back while the others continue: those in the buffers of a lane that is slower than the others.</summary>
    private const long BehindOthers = 4 << 20;

    /// <summary>Round trips until new connections have reached their speed.</summary>
    private const int RoundTripsToSettle = 8;

    private long _now;
    private long _acknowledged;
    private long _busy;
    private long _held;
    private long _rateBefore;
    private bool _isDone;

    /// <summary>The target number of data connections.</summary>
    public int Lanes { get; private set; } = lanes;

    /// <summary>
    /// Target number of bytes in flight: twice the bandwidth-delay product at the measured rate, plus the bytes that lanes hold back. 0 on a short
    /// path.
    /// </summary>
    public long Reach { get; private set; }

    /// <summary>Whether the kernel's measures show a short path.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Whether the kernel's measures show a long path.</summary>
    public bool IsLong { get; private set; }

    /// <summary>Takes the measures of all lanes at a time in microseconds. True if the target number of lanes has grown.</summary>
    public bool Judge(IReadOnlyList<LaneMeasure> measures, long now)
    {
        var sum = (Acknowledged: measures.Sum(one => one.Delivered), Busy: measures.Sum(one => one.Busy), BufferLimited: measures.Sum(one => one.BufferLimited));
        var roundTrip = measures.Count > 0 ? measures.Min(one => one.MinRoundTrip) : 0;
        (IsShort, IsLong) = (roundTrip is > 0 and < Long, roundTrip >= Long);
        if (roundTrip < Long || sum.Acknowledged < _acknowledged)
        {
            // A short path, or a lane was lost together with its counters.
            Remember(sum, now);
            return false;
        }

        if (_now == 0)
        {
            Remember(sum, now);
            return roundTrip >= VeryLong && TryAim(Math.Max(Lanes, Math.Min(Many, most)));
        }

        if (now - _now < RoundTripsToSettle * roundTrip)
        {
            return false;
        }

        var rate = (sum.Acknowledged - _acknowledged) * 1_000_000 / (now - _now);
        var isHeld = (sum.BufferLimited - _held) * 2 > sum.Busy - _busy;
        Remember(sum, now);
        Reach = Math.Max(Reach, (2 * rate * roundTrip / 1_000_000) + (Lanes * BehindOthers));
        return isHeld && !IsQueueing(measures, roundTrip) && Widen(rate, measures.Count);
    }

    /// <summary>Doubles the number of lanes, unless some are still missing or the last ones brought no gain.</summary>
    private bool Widen(long rate, int present)
    {
        if (_isDone || present < Lanes)
        {
            return false;
        }

        if (rate < _rateBefore + (_rateBefore / 10))
        {
            _isDone = true;
            return false;
        }

        _rateBefore = rate;
        return TryAim(Math.Min(2 * Lanes, most));
    }

    private bool TryAim(int lanes)
    {
        var isMore = lanes > Lanes;
        Lanes = lanes;
        return isMore;
    }

    /// <summary>Whether more bytes are in flight than the path carries, so that they queue and round trips grow.</summary>
    private static bool IsQueueing(IReadOnlyList<LaneMeasure> measures, long roundTrip) => measures.Average(one => one.RoundTrip) > 1.5 * roundTrip;

    private void Remember((long Acknowledged, long Busy, long BufferLimited) sum, long now) =>
        (_acknowledged, _busy, _held, _now) = (sum.Acknowledged, sum.Busy, sum.BufferLimited, now);
}
