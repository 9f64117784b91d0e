namespace Pipe.Protocol.Datagrams;

/// <summary>
/// Declares datagrams lost by number and by time (RFC 9002, section 6.1). A datagram that arrives after it was declared lost raises the threshold that
/// was wrong, up to a quarter of the round-trip time; after 64 round trips without such an event it is halved.
/// </summary>
internal sealed class LossDetector(SentDatagrams sent, RttEstimator rtt)
{
    private const int LeastThreshold = 3;
    private const int CalmRounds = 64;

    private ulong _threshold = LeastThreshold;
    private long _extraDelay;
    private long _calmSince;

    /// <summary>The highest acknowledged number; valid only with <see cref="HasAck"/>.</summary>
    public ulong LargestAcked { get; private set; }

    public bool HasAck { get; private set; }

    /// <summary>When the next datagram will be lost by time; <see cref="long.MaxValue"/> for never.</summary>
    public long NextLoss { get; private set; } = long.MaxValue;

    public ulong Threshold => _threshold;

    private long Delay => rtt.LossDelay + _extraDelay;

    public void OnAcked(ulong largest)
    {
        LargestAcked = HasAck ? Math.Max(LargestAcked, largest) : largest;
        HasAck = true;
    }

    /// <summary>Returns the next lost datagram, in order. The caller declares it lost and calls again; the first false sets <see cref="NextLoss"/>.</summary>
    public bool TryNext(long now, out ulong number)
    {
        NextLoss = long.MaxValue;
        if (!HasAck || !sent.TryNextInFlight(sent.Base, LargestAcked, out number))
        {
            number = 0;
            return false;
        }

        var lostAt = sent[number].SentAt + Delay;
        if (lostAt <= now || number + _threshold <= LargestAcked)
        {
            return true;
        }

        NextLoss = lostAt;
        return false;
    }

    /// <summary>Records the arrival of a datagram that was declared lost.</summary>
    public void OnSpurious(ulong number, long now)
    {
        _calmSince = now;
        var degree = LargestAcked > number ? LargestAcked - number : 0;
        var quarter = Math.Max((ulong)(sent.CountInFlight / 4), LeastThreshold);
        _threshold = Math.Max(_threshold, Math.Min(degree + (degree / 4) + 1, quarter));
        var late = now - sent[number].SentAt - rtt.LossDelay;
        if (late > 0)
        {
            _extraDelay = Math.Max(_extraDelay, Math.Min(late, rtt.Smoothed / 4));
        }
    }

    /// <summary>Lowers the thresholds after a calm time; called on each Ack.</summary>
    public void Calm(long now)
    {
        if (now - _calmSince > CalmRounds * rtt.Smoothed)
        {
            _calmSince = now;
            _threshold = Math.Max(LeastThreshold, _threshold / 2);
            _extraDelay /= 2;
        }
    }
}
