namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The common part of both ends of a connection: handshake, seals, numbers, replay window and path. Answers only datagrams that prove the secret. One
/// thread drives it; it has no clock, socket or thread of its own.
/// </summary>
internal sealed class DatagramLink : IDisposable
{
    private const long FirstRetry = 100_000_000;
    private const int MaxHellos = 5;
    private const long LastWait = 500_000_000;

    private readonly DatagramTerms _terms;
    private readonly byte[] _greeting = new byte[DatagramHello.Size];
    private readonly DatagramHandshake?[] _handshakes = new DatagramHandshake?[DatagramLimits.MaxHandshakes];
    private readonly PathWatch _paths;
    private DatagramSeal? _opening;
    private DatagramSeal? _sealing;
    private DatagramHandshake? _answer;
    private ulong _nextNumber;
    private int _newest;
    private long _helloAt;
    private long _helloInterval = FirstRetry;
    private int _hellos;

    private DatagramLink(DatagramTerms terms, DatagramState state, long now)
    {
        (_terms, State, _helloAt) = (terms, state, now);
        _paths = new PathWatch(terms.MayRoam, terms.Random);
    }

    public DatagramState State { get; private set; }

    public bool IsOpen => State == DatagramState.Open;

    /// <summary>The path in use for sending.</summary>
    public ulong Path => _paths.Path;

    /// <summary>The path of the latest Hello; 0 before one arrived.</summary>
    public ulong Caller => _handshakes[_newest]?.Path ?? 0;

    /// <summary>When the latest Hello arrived; 0 before one arrived.</summary>
    public long CalledAt { get; private set; }

    /// <summary>The received numbers: the replay window, and the contents of an Ack.</summary>
    public NumberRanges Received { get; } = new();

    /// <summary>The number of the next datagram.</summary>
    public ulong NextNumber => _nextNumber;

    /// <summary>Bytes of a Data datagram besides its payload; only when open.</summary>
    public int DataOverhead => _sealing!.DataOverhead;

    /// <summary>Bytes of a Data datagram before its payload; only when open.</summary>
    public int DataPrefix => _sealing!.DataPrefix;

    /// <summary>Datagrams that were not authentic, or arrived twice.</summary>
    public long Refused { get; private set; }

    /// <summary>The peer's Close.</summary>
    public DatagramClose? Closed { get; private set; }

    /// <summary>Creates the side that sends Hello, to every candidate address.</summary>
    public static DatagramLink Connect(DatagramTerms terms, long now)
    {
        var link = new DatagramLink(terms, DatagramState.Calling, now);
        var nonce = new byte[DatagramHello.NonceSize];
        terms.Random(nonce);
        new DatagramHello(terms.Lane, terms.Protection, terms.Session, nonce).Write(link._greeting, terms.Secret.Span);
        return link;
    }

    /// <summary>Creates the side that sends nothing until a Hello proves the secret.</summary>
    public static DatagramLink Listen(DatagramTerms terms, long now) => new(terms, DatagramState.Listening, now);

    /// <summary>Makes a header with a number that is used only once.</summary>
    public DatagramHeader NextHeader(DatagramType type, DatagramFlags flags = DatagramFlags.None)
    {
        if (_nextNumber == ulong.MaxValue)
        {
            throw new IOException("a connection that has used up the numbers of its datagrams");
        }

        return new DatagramHeader(type, flags, _terms.Lane, _sealing!.Tag, _nextNumber++);
    }

    /// <summary>Opens a datagram in place. True if it is authentic, belongs to an open connection, and is not a replay.</summary>
    /// <param name="datagram">The datagram as received.</param>
    /// <param name="path">The path it arrived on.</param>
    /// <param name="text">Its payload; for Data the whole datagram, with header.</param>
    public bool TryOpen(Span<byte> datagram, ulong path, long now, out DatagramHeader header, out Span<byte> text)
    {
        text = default;
        if (!DatagramHeader.TryRead(datagram, out header))
        {
            OnGreeting(datagram, path, now);
            return false;
        }

        if (header.Lane != _terms.Lane || State is DatagramState.Closed || !TryUnseal(datagram, header, path))
        {
            Refused++;
            return false;
        }

        var isNewest = Received.IsEmpty || header.Number > Received.Largest;
        Received.TryAdd(header.Number);
        State = DatagramTable.Next(State, header.Type) ?? State;
        _paths.OnDatagram(path, isNewest, now);
        text = header.Type == DatagramType.Data ? datagram : datagram[DatagramHeader.Size..^DatagramSeal.TagSize];
        return !TookForItself(header.Type, text, path);
    }

    /// <summary>Writes a sealed datagram around a payload that follows space for the header; returns its length.</summary>
    public int Seal(DatagramType type, Span<byte> to, int textLength)
    {
        NextHeader(type).Write(to);
        var length = DatagramHeader.Size + textLength + DatagramSeal.TagSize;
        _sealing!.Seal(to[..length]);
        return length;
    }

    /// <summary>Writes the header of a fragment, and in Clear mode its check.</summary>
    public void WriteData(in DatagramSegment segment, Span<byte> prefix)
    {
        segment.Header.Write(prefix);
        if (_sealing!.Protection == Protection.Clear)
        {
            _sealing.Check(prefix, segment.Length);
        }
    }

    /// <summary>Writes a whole fragment, in any mode.</summary>
    /// <returns>The length of the datagram.</returns>
    public int WriteData(in DatagramSegment segment, ReadOnlySpan<byte> payload, Span<byte> datagram)
    {
        WriteData(segment, datagram);
        var length = DataOverhead + payload.Length;
        if (_sealing!.Protection == Protection.Clear)
        {
            payload.CopyTo(datagram[DataPrefix..]);
        }
        else
        {
            _sealing.SealData(datagram[..length], payload);
        }

        return length;
    }

    /// <summary>Writes the next datagram of the handshake or about the path; returns its length, or 0 if there is none now.</summary>
    public int Control(long now, Span<byte> to, out ulong path)
    {
        path = 0;
        if (State == DatagramState.Calling)
        {
            return Call(now, to);
        }

        if (_answer is { } answer)
        {
            _answer = null;
            path = answer.Path;
            answer.Welcome.CopyTo(to);
            return answer.Welcome.Length;
        }

        if (IsOpen && _paths.TryTake(out var type, out var token, out path))
        {
            token.Write(to[DatagramHeader.Size..]);
            return Seal(type, to, DatagramToken.Size);
        }

        return 0;
    }

    /// <summary>When <see cref="Control"/> next has a datagram without an outside event; <see cref="long.MaxValue"/> for never.</summary>
    public long NextTimeout => State == DatagramState.Calling ? _helloAt : _answer is null ? long.MaxValue : 0;

    /// <summary>Writes a sealed Close; the caller sends several, each written anew.</summary>
    public int Close(ExitCode code, string cause, Span<byte> to)
    {
        State = DatagramState.Closed;
        return _sealing is null ? 0 : Seal(DatagramType.Close, to, new DatagramClose(code, cause).Write(to[DatagramHeader.Size..]));
    }

    public void Dispose()
    {
        _opening?.Dispose();
        _sealing?.Dispose();
        foreach (var handshake in _handshakes)
        {
            handshake?.Dispose();
        }
    }

    /// <summary>Each wait begins when the Hello before it is sent, so that a thread that gets too little processor time waits as long for an answer.</summary>
    private int Call(long now, Span<byte> to)
    {
        if (now < _helloAt)
        {
            return 0;
        }

        if (_hellos == MaxHellos)
        {
            State = DatagramState.Closed;
            return 0;
        }

        _hellos++;
        (_helloAt, _helloInterval) = (now + (_hellos < MaxHellos ? _helloInterval : LastWait), _helloInterval * 2);
        _greeting.CopyTo(to);
        return _greeting.Length;
    }

    private void OnGreeting(ReadOnlySpan<byte> datagram, ulong path, long now)
    {
        if (State == DatagramState.Calling && DatagramWelcome.Open(datagram, _terms.Secret.Span, _greeting) is { } welcome)
        {
            var (connector, listener) = DatagramKeys.Derive(_terms.Secret.Span, _greeting, welcome.Nonce.Span);
            (_sealing, _opening) = (new DatagramSeal(connector, _terms.Protection), new DatagramSeal(listener, _terms.Protection));
            (State, _paths.Path) = (DatagramState.Open, path);
        }
        else if (State is DatagramState.Listening or DatagramState.Answering && IsHello(datagram))
        {
            CalledAt = now;
            Answer(datagram, path);
        }
        else
        {
            Refused++;
        }
    }

    private bool IsHello(ReadOnlySpan<byte> datagram) =>
        DatagramHello.Open(datagram, _terms.Session.Span, _terms.Secret.Span) is { } hello
        && hello.Lane == _terms.Lane && hello.Protection == _terms.Protection;

    private void Answer(ReadOnlySpan<byte> hello, ulong path)
    {
        State = DatagramState.Answering;
        foreach (var handshake in _handshakes)
        {
            if (handshake is not null && handshake.IsOf(hello))
            {
                (_answer, handshake.Path) = (handshake, path);
                return;
            }
        }

        _newest = (_newest + 1) % _handshakes.Length;
        _handshakes[_newest]?.Dispose();
        _answer = _handshakes[_newest] = new DatagramHandshake(_terms, hello, path);
    }

    /// <summary>Makes the cheap comparisons first: tag, then number, then the seal.</summary>
    private bool TryUnseal(Span<byte> datagram, in DatagramHeader header, ulong path)
    {
        if (_opening is null)
        {
            return TryConfirm(datagram, header, path);
        }

        return header.Tag == _opening.Tag && !Received.Contains(header.Number) && TryUnseal(_opening, datagram, header);
    }

    /// <summary>
    /// The first datagram that opens with a handshake's keys confirms that handshake, and the path it arrived on: anyone can play back a Hello from
    /// anywhere.
    /// </summary>
    private bool TryConfirm(Span<byte> datagram, in DatagramHeader header, ulong path)
    {
        foreach (var handshake in _handshakes)
        {
            if (handshake is not null && handshake.Opening.Tag == header.Tag && TryUnseal(handshake.Opening, datagram, header))
            {
                (_opening, _sealing, _paths.Path, _answer) = (handshake.Opening, handshake.Sealing, path, null);
                return true;
            }
        }

        return false;
    }

    private static bool TryUnseal(DatagramSeal seal, Span<byte> datagram, in DatagramHeader header) =>
        header.Type == DatagramType.Data ? seal.TryOpenData(datagram) : seal.TryOpen(datagram);

    private bool TookForItself(DatagramType type, ReadOnlySpan<byte> text, ulong path)
    {
        switch (type)
        {
            case DatagramType.Challenge:
                _paths.OnChallenge(DatagramToken.Read(text), path);
                return true;
            case DatagramType.Response:
                _paths.OnResponse(DatagramToken.Read(text), path);
                return true;
            case DatagramType.Close:
                Closed = DatagramClose.Read(text);
                return true;
            default:
                return false;
        }
    }
}
