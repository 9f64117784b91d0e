using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// Datagrams that leave together, in memory outside the garbage collector. Each is made of pieces: bytes that the caller writes into
/// the batch, and slices of slabs, which are not copied and must stay as they are until the batch is sent. For one thread.
/// </summary>
internal sealed unsafe class DatagramBatch : IDisposable
{
    private const int MaxPieces = 3;
    private const int ControlSize = 64;
    private readonly int _most;
    private readonly int _room;
    private readonly byte* _memory;
    private readonly IoVector* _vectors;
    private readonly BatchedMessage* _messages;
    private readonly Datagram* _datagrams;
    private readonly byte* _control;
    private readonly byte* _own;
    private readonly byte* _name;
    private int _used;
    private int _vectorCount;
    private int _count;
    private int _first;

    /// <param name="most">Datagrams that it can hold.</param>
    /// <param name="room">Bytes of its own for all of them: headers, tags, or whole datagrams.</param>
    public DatagramBatch(int most, int room)
    {
        _most = most;
        _room = room;
        var vectors = sizeof(IoVector) * MaxPieces * most;
        var messages = sizeof(BatchedMessage) * most;
        var datagrams = sizeof(Datagram) * most;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(vectors + messages + datagrams + (ControlSize * most) + SocketName.MaxSize + 4 + room), 64);
        _messages = (BatchedMessage*)_memory;
        _vectors = (IoVector*)(_memory + messages);
        _datagrams = (Datagram*)(_memory + messages + vectors);
        _control = _memory + messages + vectors + datagrams;
        _name = _control + (ControlSize * most);
        _own = _name + SocketName.MaxSize + 4;
    }

    /// <summary>Datagrams that have yet to be sent.</summary>
    public int Count => _count - _first;

    /// <summary>Whether another datagram with that many bytes of its own fits.</summary>
    public bool HasRoom(int own) => _count < _most && _room - _used >= own;

    /// <summary>Length of the first datagram that has yet to be sent.</summary>
    public int FirstLength => _datagrams[_first].Length;

    /// <summary>Begins the next datagram with that many bytes, which the caller fills in.</summary>
    public Span<byte> Begin(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_count, _most);
        _datagrams[_count++] = new Datagram { FirstVector = _vectorCount };
        return Append(length);
    }

    /// <summary>Goes on with that many bytes, which the caller fills in.</summary>
    public Span<byte> Append(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _room - _used);
        var at = _own + _used;
        _used += length;
        AddPiece(at, length);
        return new Span<byte>(at, length);
    }

    /// <summary>Goes on with bytes of the slab, counted from the first one of a header of that size before its payload.</summary>
    public void Append(Slab slab, int header, int offset, int length)
    {
        // A span of memory that never moves.
        fixed (byte* at = slab.Framed(header, slab.Capacity).Slice(offset, length))
        {
            AddPiece(at, length);
        }
    }

    /// <summary>Forgets everything, sent or not.</summary>
    public void Clear() => _used = _vectorCount = _count = _first = 0;

    /// <summary>Forgets the first datagrams that have yet to be sent.</summary>
    public void Drop(int datagrams)
    {
        _first += Math.Min(datagrams, Count);
        if (_first == _count)
        {
            Clear();
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    /// <summary>
    /// Makes messages of what has yet to be sent. Datagrams of one length follow each other in one message, and one that is shorter may
    /// end it: the kernel cuts it up again.
    /// </summary>
    /// <param name="to">Where they go.</param>
    /// <param name="from">The address that they leave from; none is left to the kernel.</param>
    /// <param name="isSegmented">Whether a message may hold more than one datagram.</param>
    /// <param name="most">Messages, at most.</param>
    /// <param name="messages">The messages; they are valid until the batch changes.</param>
    /// <returns>The number of messages.</returns>
    internal int Frame(in SocketName to, in SocketName from, bool isSegmented, int most, out BatchedMessage* messages)
    {
        messages = _messages;
        to.CopyTo(_name);
        var count = 0;
        for (var next = _first; next < _count && count < most; count++)
        {
            var run = isSegmented ? RunFrom(next, to.Is6) : 1;
            ref var first = ref _datagrams[next];
            var end = next + run == _count ? _vectorCount : _datagrams[next + run].FirstVector;
            ref var header = ref _messages[count].Header;
            header = new MessageHeader
            {
                Name = _name,
                NameLength = (uint)to.Length,
                Vectors = _vectors + first.FirstVector,
                VectorCount = (nuint)(end - first.FirstVector),
                Control = _control + (ControlSize * count),
            };
            header.ControlLength = (nuint)WriteControl(header.Control, run > 1 ? first.Length : 0, from);
            if (header.ControlLength == 0)
            {
                header.Control = null;
            }

            first.Run = run;
            next += run;
        }

        return count;
    }

    /// <summary>Forgets what that many messages held.</summary>
    internal void DropMessages(int messages)
    {
        var datagrams = 0;
        for (; messages > 0; messages--)
        {
            datagrams += _datagrams[_first + datagrams].Run;
        }

        Drop(datagrams);
    }

    /// <summary>Datagrams of the first message.</summary>
    internal int FirstRun => _datagrams[_first].Run;

    private int RunFrom(int first, bool is6)
    {
        var length = _datagrams[first].Length;
        var most = Math.Min(Segmentation.DatagramsPerCall(length, is6), _count - first);
        var run = 1;
        while (run < most && _datagrams[first + run].Length == length)
        {
            run++;
        }

        return run < most && _datagrams[first + run].Length < length ? run + 1 : run;
    }

    private static int WriteControl(byte* control, int segment, in SocketName from)
    {
        var length = 0;
        if (segment > 0)
        {
            *(ushort*)(control + sizeof(ControlHeader)) = (ushort)segment;
            length += Seal(control, Sys.LevelUdp, Sys.OptionUdpSegment, sizeof(ushort));
        }

        if (!from.IsNone)
        {
            length += WriteSource(control + length, from);
        }

        return length;
    }

    /// <summary>struct in_pktinfo or in6_pktinfo.</summary>
    private static int WriteSource(byte* control, in SocketName from)
    {
        var data = new Span<byte>(control + sizeof(ControlHeader), from.Is6 ? 20 : 12);
        data.Clear();
        if (from.Is6)
        {
            from.Bytes.Slice(8, 16).CopyTo(data);
            return Seal(control, Sys.LevelIpv6, Sys.Option6PacketInfo, data.Length);
        }

        from.Bytes.Slice(4, 4).CopyTo(data[4..]);
        return Seal(control, Sys.LevelIp, Sys.OptionPacketInfo, data.Length);
    }

    /// <summary>Writes the header of a control message; returns its length with the padding.</summary>
    private static int Seal(byte* control, int level, int type, int data)
    {
        *(ControlHeader*)control = new ControlHeader { Length = (nuint)(sizeof(ControlHeader) + data), Level = level, Type = type };
        return sizeof(ControlHeader) + ((data + 7) & ~7);
    }

    private void AddPiece(byte* at, int length)
    {
        if (length == 0)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_vectorCount, MaxPieces * _most);
        _vectors[_vectorCount++] = new IoVector { Base = at, Length = (nuint)length };
        _datagrams[_count - 1].Length += length;
    }

    private struct Datagram
    {
        public int FirstVector;
        public int Length;
        public int Run;
    }
}
