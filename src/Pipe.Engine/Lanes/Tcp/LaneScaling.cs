namespace Pipe.Engine;

/// <summary>
/// How wide a long link wants to be used: how many data connections it takes to fill it although the kernel limits the buffers of
/// each, and how many bytes are on their way then. Judges by what the kernel has measured on each lane; knows no clock and no socket.
/// </summary>
/// <param name="lanes">To begin with.</param>
/// <param name="most">Never more than that.</param>
internal sealed class LaneScaling(int lanes, int most)
{
    /// <summary>Below this, in microseconds, the buffers of one connection fill any network.</summary>
    private const long Long = 2000;

    /// <summary>From here on, in microseconds, it is not worth finding out that two connections are too few.</summary>
    private const long VeryLong = 20_000;

    /// <summary>Data connections of a very long link.</summary>
    private const int Many = 8;

    /// <summary>
    /// Bytes that a lane may hold back while the others go on: what is sent, and lies in the buffers of one that is slower than they are.
    /// </summary>
    private const long BehindOthers = 4 << 20;

    /// <summary>Round trips until new connections have found their speed.</summary>
    private const int RoundTripsToSettle = 8;

    private long _now;
    private long _acknowledged;
    private long _busy;
    private long _held;
    private long _rateBefore;
    private bool _isDone;

    /// <summary>Data connections that there should be.</summary>
    public int Lanes { get; private set; } = lanes;

    /// <summary>
    /// Bytes worth keeping on their way: twice what the link holds at the speed reached, and what lanes hold back. 0 on a short link.
    /// </summary>
    public long Reach { get; private set; }

    /// <summary>Whether the kernel has measured, and found the link short.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Whether the kernel has measured, and found the link long.</summary>
    public bool IsLong { get; private set; }

    /// <summary>Takes the measures of all lanes at a time in microseconds. True if there should be more lanes than before.</summary>
    public bool Judge(IReadOnlyList<LaneMeasure> measures, long now)
    {
        var sum = (Acknowledged: measures.Sum(one => one.Delivered), Busy: measures.Sum(one => one.Busy), BufferLimited: measures.Sum(one => one.BufferLimited));
        var roundTrip = measures.Count > 0 ? measures.Min(one => one.MinRoundTrip) : 0;
        (IsShort, IsLong) = (roundTrip is > 0 and < Long, roundTrip >= Long);
        if (roundTrip < Long || sum.Acknowledged < _acknowledged)
        {
            // A short link, or a lane was lost and its counts with it.
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

    /// <summary>Twice as many, unless there are fewer than asked for or the last ones brought nothing.</summary>
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

    /// <summary>More than the link carries is on its way already: it waits somewhere, and round trips take longer.</summary>
    private static bool IsQueueing(IReadOnlyList<LaneMeasure> measures, long roundTrip) => measures.Average(one => one.RoundTrip) > 1.5 * roundTrip;

    private void Remember((long Acknowledged, long Busy, long BufferLimited) sum, long now) =>
        (_acknowledged, _busy, _held, _now) = (sum.Acknowledged, sum.Busy, sum.BufferLimited, now);
}
