namespace Pipe.Protocol.Datagrams;

/// <summary>
/// A fixed rate set by the user. Lost data are sent in addition, up to a quarter of the rate. The brake halves the rate when less than half arrives for
/// 2 s, or when the round-trip time stays above four times its minimum for 5 s, and the user is told.
/// </summary>
/// <param name="target">Bytes per second that should arrive.</param>
/// <param name="datagram">Bytes of a datagram.</param>
internal sealed class FixedControl(double target, int datagram) : ICongestionControl
{
    private const double MaxRepair = 1.25;

    /// <summary>Share of lost bytes above which the link, and not the user's rate, is the limit.</summary>
    private const double MuchLoss = 0.1;
    private const long LossBrake = 2_000_000_000;
    private const long DelayBrake = 5_000_000_000;

    private double _lossShare;
    private long _acked;
    private long _lost;
    private long _measuredAt;
    private long _lossySince = -1;
    private long _delayedSince = -1;
    private long _rtt = 100_000_000;

    /// <summary>How often the brake has halved the rate.</summary>
    public int Brakes { get; private set; }

    public double Rate => Target * Math.Min(1 / (1 - _lossShare), MaxRepair);

    /// <summary>Twice the bytes that the rate puts in flight, plus room for Acks that arrive in bursts.</summary>
    public long Window => (long)(Rate * ((2 * _rtt) + 50_000_000) / 1e9) + (DatagramLimits.MaxBatch * datagram);

    public string Limit => Brakes > 0 ? "brake" : _lossShare > MuchLoss ? "loss" : "ceiling";

    private double Target { get; set; } = target;

    public void OnSent(in SentDatagram sent, long now)
    {
    }

    public void OnLost(in SentDatagram sent, long now) => _lost += sent.Size;

    public void OnSpuriousLoss(in SentDatagram sent, long now) => _lost -= sent.Size;

    public void OnRestart(long now)
    {
    }

    public void OnAck(in RateSample sample, RttEstimator rtt)
    {
        _rtt = rtt.Smoothed;
        _acked += sample.Acked;
        if (sample.Now - _measuredAt > Math.Max(rtt.Smoothed, 50_000_000))
        {
            Measure(sample.Now);
        }

        if (IsOver(ref _delayedSince, sample.Rtt > 4 * rtt.Min && rtt.Smoothed > 4 * rtt.Min, sample.Now, DelayBrake))
        {
            Brake();
        }
    }

    private void Measure(long now)
    {
        var share = _acked + _lost > 0 ? Math.Max(0, (double)_lost / (_acked + _lost)) : 0;
        _lossShare += (Math.Min(share, 0.9) - _lossShare) / 4;
        (_acked, _lost, _measuredAt) = (0, 0, now);
        if (IsOver(ref _lossySince, share > 0.5, now, LossBrake))
        {
            Brake();
        }
    }

    private void Brake()
    {
        Brakes++;
        Target /= 2;
    }

    /// <summary>Whether a condition has held for that long; the time then starts anew.</summary>
    private static bool IsOver(ref long since, bool holds, long now, long limit)
    {
        if (!holds)
        {
            since = -1;
            return false;
        }

        since = since < 0 ? now : since;
        if (now - since < limit)
        {
            return false;
        }

        since = now;
        return true;
    }
}
