namespace Pipe.Protocol.Datagrams;

/// <summary>The path model of <see cref="FairControl"/>: bandwidth, round-trip time, bounds from loss (draft-ietf-ccwg-bbr, "Network Path Model").</summary>
internal sealed class PathModel
{
    public const double Beta = 0.7;
    public const double Headroom = 0.15;
    private const double ProbeBeta = 0.8;
    private const long MinRttMemory = 10_000_000_000;
    private const long ProbeRttInterval = 5_000_000_000;

    private double _bandwidthLast;
    private double _bandwidthNow;
    private long _minRttAt;
    private long _probeRttMin = long.MaxValue;
    private long _probeRttAt;
    private double _extraAcked;
    private long _extraFrom;
    private double _extraBytes;
    private (double Bandwidth, double ShortInFlight, double LongInFlight) _before = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>The highest delivery rate in this and the last probing cycle.</summary>
    public double MaxBandwidth => Math.Max(_bandwidthLast, _bandwidthNow);

    /// <summary>Bounds from loss: the short-term ones hold until the next probe.</summary>
    public double ShortBandwidth { get; set; } = double.PositiveInfinity;

    public double ShortInFlight { get; set; } = double.PositiveInfinity;

    public double LongInFlight { get; set; } = double.PositiveInfinity;

    public long MinRtt { get; private set; } = long.MaxValue;

    public double LatestBandwidth { get; private set; }

    public double LatestInFlight { get; private set; }

    public double Bandwidth => Math.Min(MaxBandwidth, ShortBandwidth);

    /// <summary>Bytes acknowledged recently beyond the bandwidth, because Acks arrive in bursts.</summary>
    public double ExtraAcked => _extraAcked;

    /// <summary>The bandwidth-delay product.</summary>
    public double Bdp(double bandwidth) => MinRtt == long.MaxValue ? double.PositiveInfinity : bandwidth * MinRtt / 1e9;

    public double WithHeadroom(double least) =>
        double.IsPositiveInfinity(LongInFlight) ? LongInFlight : Math.Max(LongInFlight * (1 - Headroom), least);

    /// <summary>The maximum in flight that the bounds allow in a phase.</summary>
    public double MostInFlight(FairPhase phase, double least, double probeRtt)
    {
        var most = phase switch
        {
            FairPhase.ProbeRtt => Math.Min(WithHeadroom(least), probeRtt),
            FairPhase.Cruise => WithHeadroom(least),
            FairPhase.Down or FairPhase.Refill or FairPhase.Up => LongInFlight,
            _ => double.PositiveInfinity,
        };
        return phase == FairPhase.Startup ? most : Math.Min(most, ShortInFlight);
    }

    public void OnRate(in RateSample sample)
    {
        if (sample.Rate > 0 && (sample.Rate >= MaxBandwidth || !sample.IsAppLimited))
        {
            _bandwidthNow = Math.Max(_bandwidthNow, sample.Rate);
        }
    }

    public void NoteLatest(in RateSample sample, bool starts)
    {
        LatestBandwidth = starts ? sample.Rate : Math.Max(LatestBandwidth, sample.Rate);
        LatestInFlight = starts ? sample.Delivered : Math.Max(LatestInFlight, sample.Delivered);
    }

    public void ResetLatest() => (LatestBandwidth, LatestInFlight) = (0, 0);

    public void NextCycle()
    {
        if (_bandwidthNow > 0)
        {
            (_bandwidthLast, _bandwidthNow) = (_bandwidthNow, 0);
        }
    }

    public void ResetShort() => (ShortBandwidth, ShortInFlight) = (double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Saves the bounds before the losses of this round.</summary>
    public void Remember() => _before = (ShortBandwidth, ShortInFlight, LongInFlight);

    /// <summary>Restores the bounds: the losses of this round were spurious.</summary>
    public void Undo()
    {
        ShortBandwidth = Math.Max(ShortBandwidth, _before.Bandwidth);
        ShortInFlight = Math.Max(ShortInFlight, _before.ShortInFlight);
        LongInFlight = Math.Max(LongInFlight, _before.LongInFlight);
    }

    /// <summary>
    /// Lowers the long-term bound after a probe has caused loss with that much in flight. It falls by a share of that, so that of two flows the larger
    /// gives up more, but never so far that the flow could not use its measured bandwidth.
    /// </summary>
    public void LowerLong(double inFlight, double bdp) => LongInFlight = Math.Max(inFlight * ProbeBeta, bdp / (1 - Headroom));

    /// <summary>Lowers the short-term bounds after a loss, but not below what was delivered meanwhile.</summary>
    public void LowerShort(double window)
    {
        ShortBandwidth = double.IsPositiveInfinity(ShortBandwidth) ? MaxBandwidth : ShortBandwidth;
        ShortInFlight = double.IsPositiveInfinity(ShortInFlight) ? window : ShortInFlight;
        ShortBandwidth = Math.Max(LatestBandwidth, Beta * ShortBandwidth);
        ShortInFlight = Math.Max(LatestInFlight, Beta * ShortInFlight);
    }

    /// <summary>
    /// True if the minimum has not been observed for so long that the queue must be drained to observe it. A sample within a sixty-fourth of it counts:
    /// a flow that empties the queue by itself need not pause.
    /// </summary>
    public bool UpdateMinRtt(long rtt, long now)
    {
        var isDue = _probeRttMin != long.MaxValue && now > _probeRttAt + ProbeRttInterval;
        if (rtt <= 0)
        {
            return isDue;
        }

        if (_probeRttMin == long.MaxValue || rtt <= _probeRttMin + Math.Max(_probeRttMin / 64, 100_000) || isDue)
        {
            (_probeRttMin, _probeRttAt) = (isDue ? rtt : Math.Min(rtt, _probeRttMin), now);
        }

        if (_probeRttMin <= MinRtt || now > _minRttAt + MinRttMemory)
        {
            (MinRtt, _minRttAt) = (_probeRttMin, _probeRttAt);
        }

        return isDue;
    }

    public void MinRttProbed(long now) => _probeRttAt = now;

    public void UpdateExtraAcked(in RateSample sample, bool roundStarts, double window)
    {
        var expected = Bandwidth * (sample.Now - _extraFrom) / 1e9;
        if (_extraBytes <= expected)
        {
            (_extraBytes, _extraFrom, expected) = (0, sample.Now, 0);
        }

        _extraBytes += sample.Acked;
        var extra = Math.Min(_extraBytes - expected, window);
        _extraAcked = Math.Max(roundStarts ? _extraAcked * 0.9 : _extraAcked, extra);
    }
}
