namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The receiving end of a datagram connection; driven like <see cref="DatagramSender"/>.
/// </summary>
/// <remarks>
/// The driver's loop:
/// <list type="number">
/// <item><see cref="OnDatagram"/> for each datagram that arrived. If it returns true, the driver copies the payload to where the fragment says:
/// a slot is the memory of one block, for which there must be room from <see cref="DatagramFragment.Opens"/> on. After
/// <see cref="DatagramFragment.Completes"/> the block (BlockHeader and payload) goes to the sink.</item>
/// <item><see cref="Finish"/> when the sink has consumed a block, in any order, or found it damaged: the slot is free, and the credit grows.</item>
/// <item><see cref="OnDrops"/> when the socket says that it dropped datagrams.</item>
/// <item>After a batch of datagrams, and when <see cref="NextTimeout"/> is reached: <see cref="Control"/> until it returns 0; each is a complete
/// datagram for the path that it names (0: every candidate address).</item>
/// </list>
/// </remarks>
internal sealed class DatagramReceiver(DatagramLink link, DatagramTerms terms, int slots)
{
    private const long Millisecond = 1_000_000;
    private const int Repetitions = 16;
    private const int MaxCreditText = DatagramLimits.MinDatagram - DatagramHeader.Size - DatagramSeal.TagSize;

    private readonly IncomingBlocks _blocks = new(terms.MaxBlock, slots);
    private readonly DrainRate _drain = new();
    private long _rtt = terms.InitialRtt;
    private uint _drops;
    private ulong _arrived;
    private bool _ackDue;
    private bool _ackSoon;
    private long _ackedAt = -Millisecond;
    private readonly ulong[] _tops = new ulong[Repetitions];
    private uint _acks;
    private long _gapAt = -Millisecond;
    private ulong _largest;
    private long _largestAt;
    private ulong _serial;
    private ulong _seen;
    private bool _creditDue = true;
    private long _creditAt = -Millisecond;
    private int _repeats;

    public DatagramLink Link { get; } = link;

    public IncomingBlocks Blocks => _blocks;

    /// <summary>Number of received data and probe datagrams.</summary>
    public ulong Arrived => _arrived;

    /// <summary>Fragments without new bytes.</summary>
    public long Duplicates { get; private set; }

    /// <summary>When the last authentic datagram arrived.</summary>
    public long HeardAt { get; private set; }

    /// <summary>Processes a datagram; one that is not authentic has no effect. True for a fragment whose payload is to be copied.</summary>
    public bool OnDatagram(Span<byte> datagram, ulong path, long now, out DatagramFragment fragment)
    {
        fragment = default;
        if (!Link.TryOpen(datagram, path, now, out var header, out var text))
        {
            return false;
        }

        HeardAt = now;
        switch (header.Type)
        {
            case DatagramType.Data:
                OnElicited(header, now);
                return TryPlace(header, datagram, out fragment);
            case DatagramType.Probe:
                OnElicited(header, now);
                (_ackSoon, _creditDue) = (true, true);
                return false;
            case DatagramType.Floor:
                OnFloor(DatagramFloor.Read(text));
                return false;
            default:
                throw new ProtocolException($"a {header.Type} from a sender");
        }
    }

    /// <summary>The sink has consumed the block in this slot, or found it damaged.</summary>
    public void Finish(int slot, bool isDamaged, long now)
    {
        _drain.Add(_blocks.Finish(slot, isDamaged), now);
        _creditDue = true;
    }

    /// <summary>Enlarges the window to that many blocks.</summary>
    public void Widen(int slots)
    {
        _blocks.Widen(slots);
        _creditDue = true;
    }

    /// <summary>Total number of datagrams that the socket has dropped.</summary>
    public void OnDrops(uint total) => _drops = total;

    /// <summary>Writes the next datagram; returns its length, or 0. The buffer has room for <see cref="DatagramLimits.MaxDatagram"/> bytes.</summary>
    public int Control(long now, Span<byte> to, out ulong path)
    {
        var length = Link.Control(now, to, out path);
        if (length > 0 || !Link.IsOpen)
        {
            return length;
        }

        path = Link.Path;
        if (now >= AckAt)
        {
            return Ack(now, to);
        }

        return now >= CreditAt ? Credit(now, to) : 0;
    }

    /// <summary>When <see cref="Control"/> next has a datagram if nothing arrives before; <see cref="long.MaxValue"/> for never.</summary>
    public long NextTimeout => Link.IsOpen ? Math.Min(Link.NextTimeout, Math.Min(AckAt, CreditAt)) : Link.NextTimeout;

    /// <summary>Acks are sent at most once a millisecond, and otherwise 32 times in a round trip.</summary>
    private long AckAt => !_ackDue ? long.MaxValue : _ackedAt + (_ackSoon ? Millisecond : AckInterval);

    private long AckInterval => Math.Clamp(_rtt / 32, Millisecond, 10 * Millisecond);

    /// <summary>A Credit that the sender has not confirmed is repeated, at increasing intervals.</summary>
    private long CreditAt
    {
        get
        {
            if (_creditDue)
            {
                return _creditAt + Millisecond;
            }

            return _seen >= _serial ? long.MaxValue : _creditAt + Math.Min(Math.Max(2 * _rtt, 50 * Millisecond) << Math.Min(_repeats, 8), DatagramLimits.MaxProbeMilliseconds * Millisecond);
        }
    }

    private void OnElicited(in DatagramHeader header, long now)
    {
        _arrived++;
        _ackDue = true;
        _ackSoon |= (header.Flags & DatagramFlags.AckNow) != 0;
        if (_arrived > 1 && header.Number < _largest)
        {
            return;
        }

        if (header.Number > _largest + 1 && !Link.Received.Contains(header.Number - 1))
        {
            _ackSoon |= now - _gapAt > 4 * AckInterval;
            _gapAt = now;
        }

        (_largest, _largestAt) = (header.Number, now);
    }

    private bool TryPlace(in DatagramHeader header, ReadOnlySpan<byte> datagram, out DatagramFragment fragment)
    {
        var length = datagram.Length - Link.DataOverhead;
        var data = DataHeader.Read(header, datagram, length);
        if (_blocks.TryPlace(data, length, Link.DataPrefix, out fragment))
        {
            return true;
        }

        Duplicates++;
        return false;
    }

    private void OnFloor(in DatagramFloor floor)
    {
        if (floor.Serial > _serial)
        {
            throw new ProtocolException($"a Floor with Credit {floor.Serial}, which was not sent");
        }

        Link.Received.Forget(Math.Min(floor.Number, _largest));
        _creditDue |= _blocks.OnSeen(floor.Serial);
        _seen = Math.Max(_seen, floor.Serial);
        if (floor.RttMicroseconds > 0)
        {
            _rtt = (long)Math.Min(floor.RttMicroseconds, 60_000_000) * 1000;
        }
    }

    private int Ack(long now, Span<byte> to)
    {
        (_ackDue, _ackSoon, _ackedAt) = (false, false, now);
        var text = to[DatagramHeader.Size..];
        var room = DatagramLimits.MinDatagram - DatagramHeader.Size - DatagramSeal.TagSize - DatagramAck.Size;
        var ranges = new DatagramRangeWriter(text.Slice(DatagramAck.Size, room));
        var since = _acks % Repetitions == 0 ? 0 : _tops[_acks % Repetitions];
        _tops[_acks++ % Repetitions] = _largest;
        WriteRanges(ref ranges, since);
        new DatagramAck(_largest, (uint)Math.Min((now - _largestAt) / 1000, uint.MaxValue), _drops, _arrived, ranges.Count).Write(text);
        return Link.Seal(DatagramType.Ack, to, DatagramAck.Size + ranges.Length);
    }

    /// <summary>
    /// Writes ranges from the highest number of data or a probe down; the sender does not need those of a Floor with a higher number. Omits ranges that
    /// <see cref="Repetitions"/> Acks have reported, except in one of as many Acks.
    /// </summary>
    private void WriteRanges(ref DatagramRangeWriter ranges, ulong since)
    {
        var below = _largest + 1;
        for (var i = 0; i < Link.Received.Count; i++)
        {
            var (first, last) = Link.Received.FromTop(i);
            if (first > _largest)
            {
                continue;
            }

            if (last < since)
            {
                return;
            }

            last = Math.Min(last, _largest);
            if (!ranges.TryAdd(below - last - 1, last - first + 1))
            {
                return;
            }

            below = first;
        }
    }

    private int Credit(long now, Span<byte> to)
    {
        _repeats = _creditDue ? 0 : _repeats + 1;
        (_creditDue, _creditAt) = (false, now);
        var length = _blocks.Write(to.Slice(DatagramHeader.Size, MaxCreditText), ++_serial, _drain.Rate);
        return Link.Seal(DatagramType.Credit, to, length);
    }
}
