namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The share of datagrams that the path loses whatever the sender does. Learnt from rounds that cannot have caused loss: the sender did not probe for
/// more, in this round or the one before, and the round-trip time shows no queue.
/// </summary>
internal sealed class BackgroundLoss
{
    /// <summary>Loss up to this much above the background is not a sign of congestion.</summary>
    public const double Tolerance = 0.02;

    private const double Cap = 0.15;
    private const double MaxFirstGain = 0.5;
    private const double LeastGain = 0.125;
    private const long LeastDatagrams = 24;

    private long _acked;
    private long _lost;
    private long _calmAcked;
    private long _calmLost;
    private double _rttSum;
    private int _rtts;
    private bool _wasCalm = true;
    private double _gain = MaxFirstGain;

    /// <summary>From 0 to 0.15.</summary>
    public double Share { get; private set; }

    /// <summary>The loss in the round that has just ended.</summary>
    public double RoundShare { get; private set; }

    /// <summary>Whether the round-trip time of the round that has just ended shows a queue.</summary>
    public bool HasQueue { get; private set; }

    public double Threshold => Share + Tolerance;

    /// <summary>The factor by which the sent rate must exceed the rate that should arrive.</summary>
    public double Repair => 1 / (1 - Share);

    /// <summary>Whether more was lost than the background explains, allowing three standard deviations of random loss.</summary>
    public bool IsExceeded(long lost, long inFlight, int datagram) =>
        lost > (inFlight * Threshold) + (3 * Math.Sqrt(Share * inFlight * datagram));

    /// <summary>Bytes in flight when the loss first exceeded the threshold.</summary>
    public double InFlightAtLoss(in SentDatagram sent, long lostTotal)
    {
        double before = sent.InFlight - sent.Size, lostBefore = lostTotal - sent.Lost - sent.Size;
        return before + Math.Max(0, ((Threshold * before) - lostBefore) / (1 - Threshold));
    }

    public void OnAck(in RateSample sample)
    {
        _acked += sample.Acked;
        if (sample.Rtt > 0)
        {
            _rttSum += sample.Rtt;
            _rtts++;
        }
    }

    public void OnLost(int bytes) => _lost += bytes;

    public void OnSpurious(int bytes) => _lost -= bytes;

    /// <param name="isCalm">Whether the sender does not send faster than the path delivers.</param>
    /// <param name="minRtt">The round-trip time without a queue.</param>
    /// <param name="datagram">Bytes of a datagram.</param>
    public void EndRound(bool isCalm, long minRtt, int datagram)
    {
        var total = _acked + Math.Max(_lost, 0);
        RoundShare = total > 0 ? (double)Math.Max(_lost, 0) / total : 0;
        HasQueue = _rtts > 0 && _rttSum / _rtts > minRtt + Math.Max(1_500_000, minRtt / 20.0);
        if (RoundShare < Share || (isCalm && _wasCalm && !HasQueue))
        {
            Learn(datagram);
        }

        _wasCalm = isCalm && !HasQueue;
        (_acked, _lost, _rttSum, _rtts) = (0, 0, 0, 0);
    }

    /// <summary>Merges rounds of few datagrams, which are not significant, until there are enough.</summary>
    private void Learn(int datagram)
    {
        (_calmAcked, _calmLost) = (_calmAcked + _acked, _calmLost + _lost);
        if (_calmAcked + _calmLost < LeastDatagrams * datagram)
        {
            return;
        }

        var share = Math.Max(_calmLost, 0) / (double)(_calmAcked + Math.Max(_calmLost, 0));
        Share = Math.Min(Share + ((share - Share) * _gain), Cap);
        _gain = Math.Max(_gain * 0.8, LeastGain);
        (_calmAcked, _calmLost) = (0, 0);
    }
}
