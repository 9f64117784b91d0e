namespace Pipe.Protocol.Datagrams;

/// <summary>
/// A sender's datagrams in flight. Applies Acks, losses and timeouts to the round-trip time, the datagram size, the congestion control and the blocks.
/// </summary>
internal sealed class DatagramFlight
{
    private readonly SentDatagrams _sent = new();
    private readonly DeliveryRate _delivery = new();
    private readonly LossDetector _loss;
    private readonly MtuSearch _mtu;
    private readonly OutgoingBlocks _blocks;
    private readonly ICongestionControl _control;
    private readonly DatagramSenderMeasure _measure;
    private long _rttSample;

    public DatagramFlight(DatagramTerms terms, OutgoingBlocks blocks, ICongestionControl control, MtuSearch mtu, DatagramSenderMeasure measure)
    {
        (_blocks, _control, _mtu, _measure) = (blocks, control, mtu, measure);
        Rtt = new RttEstimator(terms.InitialRtt);
        Probe = new ProbeTimer(Rtt);
        _loss = new LossDetector(_sent, Rtt);
    }

    public RttEstimator Rtt { get; }

    public ProbeTimer Probe { get; }

    public long Bytes => _sent.BytesInFlight;

    public int Count => _sent.CountInFlight;

    public bool IsFull => _sent.IsFull;

    /// <summary>Number of datagrams from the oldest remembered one on.</summary>
    public int Tracked => (int)(_sent.Next - _sent.Base);

    /// <summary>All datagrams with lower numbers are settled.</summary>
    public ulong Base => _sent.Base;

    /// <summary>When the next datagram counts as lost if nothing arrives; <see cref="long.MaxValue"/> for never.</summary>
    public long NextLoss => _loss.NextLoss;

    /// <summary>Records that the sender has no data to send.</summary>
    public void OnAppLimited() => _delivery.OnAppLimited(_sent.BytesInFlight);

    /// <summary>Records a datagram that requires an Ack, sent now.</summary>
    public ref SentDatagram Record(ulong number, int size, long now)
    {
        var inFlight = _sent.BytesInFlight;
        ref var sent = ref _sent.Add(number, size);
        sent.Block = SentDatagram.NoBlock;
        _delivery.OnSent(ref sent, now, inFlight);
        _control.OnSent(sent, now);
        Probe.OnSent(now);
        return ref sent;
    }

    /// <summary>Applies an Ack; true if it had news.</summary>
    public bool OnAck(in DatagramAck ack, ReadOnlySpan<byte> ranges, long now)
    {
        _delivery.Begin(now, _sent.BytesInFlight);
        _measure.OnAck(ack);
        _rttSample = 0;
        var (isNews, top) = (false, ack.Largest + 1);
        for (; !ranges.IsEmpty; ranges = ranges[DatagramRange.Size..])
        {
            var range = DatagramRange.Read(ranges);
            var low = top - range.Gap - range.Length;
            if (low > top)
            {
                throw new ProtocolException("an Ack of numbers below 0");
            }

            isNews |= AcknowledgeRange(low, top - range.Gap, ack, now);
            top = low;
        }

        DeclareLosses(now);
        Steer(_delivery.End(_sent.BytesInFlight, _rttSample, Rtt.Min == long.MaxValue ? 0 : Rtt.Min));
        if (isNews)
        {
            Probe.OnAck(now);
        }

        Settle(now);
        return isNews;
    }

    /// <summary>Called when <see cref="NextLoss"/> is reached.</summary>
    public void OnLossTimer(long now)
    {
        _delivery.Begin(now, _sent.BytesInFlight);
        DeclareLosses(now);
        Steer(_delivery.End(_sent.BytesInFlight, 0, Rtt.Min));
    }

    /// <summary>Queues a fragment again that the socket did not accept.</summary>
    public void Withdraw(ulong number)
    {
        _blocks.Repeat(_sent[number].Range);
        _sent.Acknowledge(number);
    }

    private bool AcknowledgeRange(ulong low, ulong end, in DatagramAck ack, long now)
    {
        var isNews = false;
        for (var number = low; _sent.TryNextOpen(number, end, out number); number++)
        {
            isNews = true;
            Acknowledge(number, ack, now);
        }

        return isNews;
    }

    private void Acknowledge(ulong number, in DatagramAck ack, long now)
    {
        ref var sent = ref _sent[number];
        _loss.OnAcked(number);
        if (number == ack.Largest)
        {
            Rtt.Add(now - sent.SentAt, Math.Min(ack.DelayMicroseconds * 1000L, Rtt.MaxAckDelay));
            _rttSample = Rtt.Latest;
        }

        if (_sent.IsLost(number))
        {
            OnSpurious(number, sent, now);
        }

        _delivery.OnAcked(sent, now);
        _sent.Acknowledge(number);
        _mtu.OnArrived(sent.Size, now);
        _measure.OnArrived(sent.Size);
        if (sent.IsData)
        {
            _blocks.OnArrived(sent.Range);
        }
        else if (sent.IsSizeProbe)
        {
            _mtu.OnProbeArrived(sent.Size);
        }
    }

    private void OnSpurious(ulong number, in SentDatagram sent, long now)
    {
        _measure.Spurious++;
        if (!sent.IsSizeProbe)
        {
            _loss.OnSpurious(number, now);
            _delivery.OnSpurious(sent.Size);
            _control.OnSpuriousLoss(sent, now);
        }
    }

    private void DeclareLosses(long now)
    {
        while (_loss.TryNext(now, out var number))
        {
            _sent.DeclareLost(number);
            OnLost(_sent[number], now);
        }
    }

    private void OnLost(in SentDatagram sent, long now)
    {
        if (sent.IsSizeProbe)
        {
            _mtu.OnProbeLost(sent.Size, now);
            return;
        }

        _measure.Lost++;
        _delivery.OnLost(sent);
        _control.OnLost(sent, now);
        _mtu.OnLost(sent.Size, now, Rtt.ProbeTimeout);
        if (sent.IsData && !sent.IsCopy)
        {
            Repeat(sent.Range with { Losses = (byte)Math.Min(sent.Losses + 1, byte.MaxValue) }, now);
        }
    }

    private void Repeat(in BlockRange range, long now)
    {
        if (range.Losses < HeldRanges.Patience)
        {
            _blocks.Repeat(range);
        }
        else
        {
            _blocks.Held.Add(range, Rtt.Smoothed, now);
        }
    }

    private void Steer(in RateSample sample)
    {
        _control.OnAck(sample, Rtt);
        _loss.Calm(sample.Now);
    }

    /// <summary>Settles old datagrams. Lost ones are remembered for three round trips, in case they arrive after all.</summary>
    private void Settle(long now)
    {
        var horizon = now - (3 * Rtt.LossDelay);
        _sent.Settle();
        while (_sent.Base < _sent.Next && _sent.IsLost(_sent.Base) && _sent[_sent.Base].SentAt < horizon)
        {
            _sent.ForgetLost(_sent.Base);
            _sent.Settle();
        }
    }

    /// <summary>Queues the oldest outstanding fragments again.</summary>
    public void RepeatOldest(long now, int count)
    {
        for (var from = _sent.Base; count > 0 && _sent.TryNextInFlight(from, _sent.Next, out var number); from = number + 1)
        {
            ref var sent = ref _sent[number];
            if (sent.IsData && !_blocks.IsKnown(sent.Range))
            {
                _mtu.OnLost(sent.Size, now, Rtt.ProbeTimeout);
                _blocks.Repeat(sent.Range with { IsCopy = true });
                count--;
            }
        }
    }
}
