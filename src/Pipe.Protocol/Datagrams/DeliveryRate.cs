namespace Pipe.Protocol.Datagrams;

/// <summary>Measures the rate at which the network delivers, as in draft-ietf-ccwg-bbr, "Delivery Rate Sampling".</summary>
internal sealed class DeliveryRate
{
    private long _deliveredAt;
    private long _firstSentAt;
    private long _appLimitedUntil;

    private bool _hasSample;
    private long _priorAt;
    private long _sendElapsed;
    private RateSample _sample;

    /// <summary>Total bytes acknowledged; <see cref="Lost"/> counts those declared lost.</summary>
    public long Delivered { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Records that the sender has no data to send: samples of the bytes now in flight do not measure the network.</summary>
    public void OnAppLimited(long inFlight) => _appLimitedUntil = Math.Max(Delivered + inFlight, 1);

    public void OnSent(ref SentDatagram sent, long now, long inFlightBefore)
    {
        if (inFlightBefore == 0)
        {
            (_firstSentAt, _deliveredAt) = (now, now);
        }

        sent.SentAt = now;
        sent.FirstSentAt = _firstSentAt;
        sent.DeliveredAt = _deliveredAt;
        sent.Delivered = Delivered;
        sent.Lost = Lost;
        sent.InFlight = inFlightBefore + sent.Size;
        sent.IsAppLimited = _appLimitedUntil != 0;
    }

    public void Begin(long now, long inFlight)
    {
        _hasSample = false;
        _sample = new RateSample { Now = now, InFlightBefore = inFlight };
    }

    public void OnAcked(in SentDatagram sent, long now)
    {
        Delivered += sent.Size;
        _deliveredAt = now;
        _sample.Acked += sent.Size;
        if (_hasSample && (sent.Delivered < _sample.PriorDelivered || (sent.Delivered == _sample.PriorDelivered && sent.SentAt < _firstSentAt)))
        {
            return;
        }

        _hasSample = true;
        _sample.PriorDelivered = sent.Delivered;
        _priorAt = sent.DeliveredAt;
        _sample.IsAppLimited = sent.IsAppLimited;
        _sample.TxInFlight = sent.InFlight;
        _sample.LostInInterval = sent.Lost;
        _sendElapsed = sent.SentAt - sent.FirstSentAt;
        _firstSentAt = sent.SentAt;
    }

    public void OnLost(in SentDatagram sent)
    {
        Lost += sent.Size;
        _sample.Lost += sent.Size;
    }

    public void OnSpurious(int size) => Lost -= size;

    public RateSample End(long inFlight, long rtt, long minRtt)
    {
        if (_appLimitedUntil != 0 && Delivered > _appLimitedUntil)
        {
            _appLimitedUntil = 0;
        }

        _sample.InFlight = inFlight;
        _sample.Rtt = rtt;
        if (_hasSample)
        {
            _sample.Delivered = Delivered - _sample.PriorDelivered;
            _sample.LostInInterval = Lost - _sample.LostInInterval;
            _sample.Interval = Math.Max(_sendElapsed, _deliveredAt - _priorAt);
            if (_sample.Interval >= minRtt && _sample.Interval > 0)
            {
                _sample.Rate = _sample.Delivered * 1e9 / _sample.Interval;
            }
        }

        return _sample;
    }
}
