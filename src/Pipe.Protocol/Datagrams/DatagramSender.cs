namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The sending end of a datagram connection: a state machine without clock, socket, thread or allocation per datagram. Simulation and datagram thread
/// drive it the same way; one thread at a time, with times in nanoseconds of any monotonic clock.
/// </summary>
/// <remarks>
/// The driver's loop:
/// <list type="number">
/// <item><see cref="OnDatagram"/> for each datagram that arrived, in a buffer that it may overwrite; then <see cref="TryTakeFinished"/> until it is
/// false: the memory of these blocks is free, and damaged ones are to be submitted again.</item>
/// <item><see cref="OnTimeout"/> if <see cref="NextTimeout"/> is reached.</item>
/// <item><see cref="Submit"/> blocks (BlockHeader and payload) while <see cref="CanSubmit"/>; the driver keeps the bytes, by index, until the verdict.</item>
/// <item><see cref="Control"/> until it returns 0: each is a complete datagram for the path that it names (0: every candidate address).</item>
/// <item><see cref="NextBatch"/> until it returns 0: fragments of one length, except the last, for one call with GSO on <see cref="DatagramLink.Path"/>.
/// For each, <see cref="DatagramLink.WriteData(in DatagramSegment, Span{byte})"/> writes the prefix, and the bytes follow from the block (Clear); or
/// <see cref="DatagramLink.WriteData(in DatagramSegment, ReadOnlySpan{byte}, Span{byte})"/> makes the whole datagram (every mode). The call is
/// expected right away. If the socket takes only some, the rest goes back with <see cref="Return"/>.</item>
/// <item>Sleep until <see cref="NextTimeout"/> or the next datagram.</item>
/// </list>
/// A <see cref="ProtocolException"/> means that the peer, which has the secret, broke the protocol: the connection is over.
/// </remarks>
internal sealed class DatagramSender
{
    private const long IdleInterval = 5_000_000_000;
    private const long BlockedInterval = 1_000_000_000;
    private const int Probes = 2;
    private const int MaxProbes = 3;

    private readonly DatagramFlight _flight;
    private readonly Pacer _pacer = new();
    private readonly MtuSearch _mtu;
    private readonly OutgoingBlocks _blocks;
    private readonly ICongestionControl _control;
    private int _probesDue;
    private bool _probeDue;
    private bool _floorDue;
    private long _floorAt;

    public DatagramSender(DatagramLink link, DatagramTerms terms, ICongestionControl control)
    {
        (Link, _control, _probeDue) = (link, control, true);
        _mtu = new MtuSearch(terms.Datagram, terms.MaxDatagram);
        _blocks = new OutgoingBlocks(terms.MaxBlock, terms.FirstBlocks);
        _flight = new DatagramFlight(terms, _blocks, control, _mtu, Measure);
    }

    public DatagramLink Link { get; }

    /// <summary>Number of blocks for which the driver has memory.</summary>
    public int Window { get; init; } = DatagramLimits.MaxSpread;

    public DatagramSenderMeasure Measure { get; } = new();

    /// <summary>Whether another block may be submitted; the driver provides its memory.</summary>
    public bool CanSubmit => _blocks.CanSubmit;

    /// <summary>Number of blocks submitted and not finished.</summary>
    public int Outstanding => (int)(_blocks.Next - _blocks.Floor);

    /// <summary>Whether all submitted blocks are finished.</summary>
    public bool IsIdle => _blocks.Next == _blocks.Floor;

    public RttEstimator Rtt => _flight.Rtt;

    public ICongestionControl Congestion => _control;

    /// <summary>The current datagram size.</summary>
    public int DatagramSize => _mtu.Size;

    public long BytesInFlight => _flight.Bytes;

    /// <summary>Number of datagrams that are remembered: in flight, or lost a short time ago.</summary>
    public int Tracked => _flight.Tracked;

    public OutgoingBlocks Blocks => _blocks;

    /// <summary>
    /// The current bottleneck of the sender. A receiver that waits for lost bytes cannot give credit, so it is the limit only if no bytes are lost.
    /// A full window is too small for the path if most of it is in flight; otherwise the receiver holds data that have arrived.
    /// </summary>
    public string Limit => HasWork ? _control.Limit
        : (_blocks.IsBlocked || _blocks.Open >= Window) && 2 * _flight.Bytes > _blocks.OpenBytes ? "buffer"
        : _blocks.IsBlocked ? "receiver" : "source";

    /// <summary>Sets the datagram size and its limit for the route to the peer. Called when the connection is open, before anything is submitted.</summary>
    public void UseRoute(int size, int max) => _mtu.Begin(size, max);

    /// <summary>Submits a block for sending.</summary>
    /// <returns>Its index on this lane.</returns>
    public ulong Submit(int size) => _blocks.Submit(size);

    /// <summary>Takes a block that the receiver has finished with.</summary>
    public bool TryTakeFinished(out FinishedBlock block) => _blocks.TryTakeFinished(out block);

    /// <summary>Processes a datagram; one that is not authentic has no effect.</summary>
    public void OnDatagram(Span<byte> datagram, ulong path, long now)
    {
        if (!Link.TryOpen(datagram, path, now, out var header, out var text))
        {
            return;
        }

        switch (header.Type)
        {
            case DatagramType.Ack:
                OnAck(DatagramAck.Read(text), text[DatagramAck.Size..], now);
                break;
            case DatagramType.Credit:
                OnCredit(DatagramCredit.Read(text), text[DatagramCredit.Size..]);
                break;
            default:
                throw new ProtocolException($"a {header.Type} from a receiver");
        }
    }

    /// <summary>Returns the fragments that may be sent now. They count as sent.</summary>
    public int NextBatch(long now, Span<DatagramSegment> batch)
    {
        if (!Link.IsOpen || batch.IsEmpty)
        {
            return 0;
        }

        _blocks.ReleaseHeld(now);
        var (count, bytes) = (0, 0);
        var payload = (_mtu.Size - Link.DataOverhead) / DatagramLimits.FragmentUnit * DatagramLimits.FragmentUnit;
        var most = Math.Min(Math.Min(batch.Length, DatagramLimits.MaxBatch), DatagramLimits.MaxBatchBytes / _mtu.Size);
        var budget = Budget(now);
        while (count < most && (_probesDue > 0 || bytes < budget))
        {
            var length = _blocks.PeekLength(payload);
            if (length == 0)
            {
                break;
            }

            if (count > 0 && length > batch[0].Length)
            {
                break;
            }

            batch[count++] = Take(payload, now);
            bytes += length + Link.DataOverhead;
            _probesDue = Math.Max(0, _probesDue - 1);
            if (length < batch[0].Length)
            {
                break;
            }
        }

        _pacer.OnSent(bytes);
        return count;
    }

    /// <summary>Takes back fragments that the socket did not accept: they are sent again, under new numbers, and do not count as lost.</summary>
    public void Return(ReadOnlySpan<DatagramSegment> batch)
    {
        foreach (var segment in batch)
        {
            _flight.Withdraw(segment.Header.Header.Number);
        }
    }

    /// <summary>
    /// Writes the next datagram without data; returns its length, or 0. The buffer has room for <see cref="DatagramLimits.MaxDatagram"/> bytes.
    /// </summary>
    public int Control(long now, Span<byte> to, out ulong path)
    {
        var length = Link.Control(now, to, out path);
        if (length > 0 || !Link.IsOpen)
        {
            return length;
        }

        path = Link.Path;
        if (IsFloorDue(now))
        {
            return Floor(now, to);
        }

        if (_probeDue)
        {
            _probeDue = false;
            return Probe(now, to, 0);
        }

        return _mtu.Take(now) is var size && size > 0 ? Probe(now, to, size) : 0;
    }

    /// <summary>When work is due without a datagram or block from outside; <see cref="long.MaxValue"/> for never.</summary>
    public long NextTimeout(long now)
    {
        if (!Link.IsOpen)
        {
            return Link.NextTimeout;
        }

        var next = Math.Min(Math.Min(_flight.NextLoss, _mtu.NextProbe), Math.Min(ProbeAt, _blocks.Held.Next));
        if (_floorDue)
        {
            next = Math.Min(next, _floorAt);
        }

        if (_probeDue || Link.NextTimeout == 0)
        {
            return now;
        }

        return MayFill ? Math.Min(next, _pacer.NextSend(now)) : next;
    }

    /// <summary>Called when <see cref="NextTimeout"/> is reached; harmless at any other time.</summary>
    public void OnTimeout(long now)
    {
        if (!Link.IsOpen)
        {
            return;
        }

        if (_flight.NextLoss <= now)
        {
            _flight.OnLossTimer(now);
        }

        if (now >= ProbeAt)
        {
            ProbePath(now);
        }
    }

    /// <summary>When to probe. The receiver repeats a Credit by itself, so a sender that waits for one only makes sure that the path still works.</summary>
    private long ProbeAt => _flight.Count > 0 ? _flight.Probe.At : _flight.Probe.From + (_blocks.IsBlocked ? BlockedInterval : IdleInterval);

    private bool HasWork => _blocks.HasLost || _blocks.HasNew;

    private bool MayFill => HasWork && !_flight.IsFull && (_probesDue > 0 || _flight.Bytes < _control.Window);

    private int Budget(long now)
    {
        if (!HasWork)
        {
            _flight.OnAppLimited();
            return 0;
        }

        if (!MayFill)
        {
            return 0;
        }

        SetPace();
        return (int)Math.Min(_pacer.Budget(now), _control.Window - _flight.Bytes);
    }

    private void SetPace()
    {
        var rate = _control.Rate;
        var quantum = Math.Clamp(rate / 1000, 2 * _mtu.Size, DatagramLimits.MaxBatchBytes);
        _pacer.Set(rate, (int)quantum);
    }

    private DatagramSegment Take(int payload, long now)
    {
        _blocks.TryTake(payload, out var range, out var isRepeated);
        if (_flight.Count == 0)
        {
            _control.OnRestart(now);
        }

        var flags = (isRepeated ? DatagramFlags.Repeated : 0) | (_probesDue > 0 || !HasWork ? DatagramFlags.AckNow : 0);
        var header = Link.NextHeader(DatagramType.Data, flags);
        ref var sent = ref _flight.Record(header.Number, range.Length + Link.DataOverhead, now);
        (sent.Block, sent.Offset, sent.Length, sent.IsCopy, sent.Losses) = (range.Block, range.Offset, range.Length, range.IsCopy, range.Losses);
        Measure.OnSent(sent.Size, isRepeated);
        return new DatagramSegment(new DataHeader(header, range.Block, range.Offset, _blocks.SizeOf(range.Block)), range.Length);
    }

    private void OnAck(in DatagramAck ack, ReadOnlySpan<byte> ranges, long now)
    {
        if (ack.Largest >= Link.NextNumber)
        {
            throw new ProtocolException($"an Ack of datagram {ack.Largest}, which was not sent");
        }

        _floorDue |= _flight.OnAck(ack, ranges, now);
    }

    private void OnCredit(in DatagramCredit credit, ReadOnlySpan<byte> lists)
    {
        if (credit.Serial > _blocks.Serial)
        {
            _blocks.OnCredit(credit, lists);
            _floorDue = true;
        }
    }

    /// <summary>
    /// Called after a probe timeout without news: sends the oldest fragments again, two of them regardless of the window. At the second timeout in a row
    /// there is one more: a burst of losses may last until enough datagrams have been lost.
    /// </summary>
    private void ProbePath(long now)
    {
        _flight.Probe.OnExpired(now);
        Measure.ProbeTimeouts++;
        _flight.RepeatOldest(now, _flight.Probe.Count > 1 ? MaxProbes : Probes);
        _probesDue = HasWork ? Probes : 0;
        _probeDue = _probesDue == 0;
    }

    /// <summary>At most eight in a round trip, except for news of a Credit that the receiver waits for, which are sent at once.</summary>
    private bool IsFloorDue(long now) => _floorDue && now >= _floorAt;

    private int Floor(long now, Span<byte> to)
    {
        (_floorDue, _floorAt) = (false, now + Math.Max(_flight.Rtt.Smoothed / 8, 1_000_000));
        new DatagramFloor(Math.Min(_flight.Base, Link.NextNumber), _blocks.Serial, (ulong)(_flight.Rtt.HasSample ? _flight.Rtt.Smoothed / 1000 : 0)).Write(to[DatagramHeader.Size..]);
        return Link.Seal(DatagramType.Floor, to, DatagramFloor.Size);
    }

    private int Probe(long now, Span<byte> to, int size)
    {
        var text = Math.Max(size - DatagramHeader.Size - DatagramSeal.TagSize, 0);
        to.Slice(DatagramHeader.Size, text).Clear();
        ref var sent = ref _flight.Record(Link.NextNumber, DatagramHeader.Size + text + DatagramSeal.TagSize, now);
        sent.IsSizeProbe = size > 0;
        return Link.Seal(DatagramType.Probe, to, text);
    }
}
