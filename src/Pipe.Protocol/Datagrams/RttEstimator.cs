namespace Pipe.Protocol.Datagrams;

/// <summary>Estimates the round-trip time as in RFC 9002, section 5. All times are in nanoseconds.</summary>
internal sealed class RttEstimator(long initial)
{
    private const long Granularity = 1_000_000;

    public bool HasSample { get; private set; }

    public long Latest { get; private set; } = initial;

    public long Smoothed { get; private set; } = initial;

    public long Variation { get; private set; } = initial / 2;

    /// <summary>The lowest sample.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>How long to wait for an Ack before a probe is sent.</summary>
    public long ProbeTimeout => Smoothed + Math.Max(4 * Variation, Granularity) + MaxAckDelay;

    /// <summary>Maximum delay of the peer's Acks, which follows the same rule.</summary>
    public long MaxAckDelay => AckDelayOf(Smoothed);

    /// <summary>A datagram sent this long before one that has arrived counts as lost.</summary>
    public long LossDelay => Math.Max(Math.Max(Latest, Smoothed) * 9 / 8, Granularity);

    public static long AckDelayOf(long rtt) => Math.Clamp(rtt / 8, Granularity, DatagramLimits.MaxAckDelayMilliseconds * 1_000_000L);

    public void Add(long sample, long ackDelay)
    {
        sample = Math.Max(sample, 1);
        Min = Math.Min(Min, sample);
        var adjusted = sample - ackDelay >= Min ? sample - ackDelay : sample;
        Latest = adjusted;
        if (!HasSample)
        {
            (Smoothed, Variation, HasSample) = (adjusted, adjusted / 2, true);
            return;
        }

        Variation = ((3 * Variation) + Math.Abs(Smoothed - adjusted)) / 4;
        Smoothed = ((7 * Smoothed) + adjusted) / 8;
    }
}
