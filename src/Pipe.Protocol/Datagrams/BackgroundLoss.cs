namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The share of datagrams that the path loses whatever the sender does. It is learnt from round trips that could not cause loss: the
/// sender did not probe for more, in this round or the one before, and the round-trip time shows no queue.
/// </summary>
internal sealed class BackgroundLoss
{
    /// <summary>Loss beyond the background up to this is no sign of congestion.</summary>
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

    /// <summary>0 to 0.15.</summary>
    public double Share { get; private set; }

    /// <summary>Loss in the round that has just ended.</summary>
    public double RoundShare { get; private set; }

    /// <summary>The round-trip time of the round that has just ended shows a queue.</summary>
    public bool HasQueue { get; private set; }

    public double Threshold => Share + Tolerance;

    /// <summary>What is sent has to be so many times what shall arrive.</summary>
    public double Repair => 1 / (1 - Share);

    /// <summary>More was lost than the background explains, with three standard deviations of what it may lose by chance.</summary>
    public bool IsExceeded(long lost, long inFlight, int datagram) =>
        lost > (inFlight * Threshold) + (3 * Math.Sqrt(Share * inFlight * datagram));

    /// <summary>Bytes in flight when the loss first went beyond the threshold.</summary>
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

    /// <param name="isCalm">The sender does not send faster than the path delivers.</param>
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

    /// <summary>A round of few datagrams says little: such rounds are taken together until they are enough.</summary>
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
