using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// Datagrams to send together, in unmanaged memory. Each is made of pieces: bytes that the caller writes into the batch, and slices of
/// slabs, which are not copied and must not change until the batch is sent. Single-threaded.
/// </summary>
internal sealed unsafe class DatagramBatch : IDisposable
{
    private const int MaxPieces = 3;
    private const int ControlSize = 64;
    private readonly int _maxDatagrams;
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

    /// <param name="maxDatagrams">Datagrams that the batch can hold.</param>
    /// <param name="room">Bytes that the batch stores itself, for all datagrams together: headers, tags, or whole datagrams.</param>
    public DatagramBatch(int maxDatagrams, int room)
    {
        _maxDatagrams = maxDatagrams;
        _room = room;
        var vectors = sizeof(IoVector) * MaxPieces * maxDatagrams;
        var messages = sizeof(BatchedMessage) * maxDatagrams;
        var datagrams = sizeof(Datagram) * maxDatagrams;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(vectors + messages + datagrams + (ControlSize * maxDatagrams) + SocketName.MaxSize + 4 + room), 64);
        _messages = (BatchedMessage*)_memory;
        _vectors = (IoVector*)(_memory + messages);
        _datagrams = (Datagram*)(_memory + messages + vectors);
        _control = _memory + messages + vectors + datagrams;
        _name = _control + (ControlSize * maxDatagrams);
        _own = _name + SocketName.MaxSize + 4;
    }

    /// <summary>Datagrams not yet sent.</summary>
    public int Count => _count - _first;

    /// <summary>Whether the batch can take another datagram with that many bytes stored in the batch.</summary>
    public bool HasRoom(int own) => _count < _maxDatagrams && _room - _used >= own;

    /// <summary>Begins the next datagram; the caller fills in the returned bytes.</summary>
    public Span<byte> Begin(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_count, _maxDatagrams);
        _datagrams[_count++] = new Datagram { FirstVector = _vectorCount };
        return Append(length);
    }

    /// <summary>Appends bytes to the current datagram; the caller fills them in.</summary>
    public Span<byte> Append(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _room - _used);
        var at = _own + _used;
        _used += length;
        AddPiece(at, length);
        return new Span<byte>(at, length);
    }

    /// <summary>Appends a slice of the slab by reference; the offset counts from the start of a header of that size before the payload.</summary>
    public void Append(Slab slab, int header, int offset, int length)
    {
        // Unmanaged memory: it does not move after the fixed block.
        fixed (byte* at = slab.Framed(header, slab.Capacity).Slice(offset, length))
        {
            AddPiece(at, length);
        }
    }

    /// <summary>Empties the batch, including unsent datagrams.</summary>
    public void Clear() => _used = _vectorCount = _count = _first = 0;

    /// <summary>Removes datagrams from the front of the queue.</summary>
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
    /// Builds messages from the unsent datagrams. With segmentation, consecutive datagrams of one length share a message, which a shorter
    /// one may end: the kernel splits it again.
    /// </summary>
    /// <param name="to">The destination.</param>
    /// <param name="from">The source address; with none, the kernel chooses.</param>
    /// <param name="isSegmented">Whether a message may hold more than one datagram.</param>
    /// <param name="maxMessages">Maximum number of messages.</param>
    /// <param name="messages">The messages; valid until the batch changes.</param>
    /// <returns>The number of messages.</returns>
    internal int Frame(in SocketName to, in SocketName from, bool isSegmented, int maxMessages, out BatchedMessage* messages)
    {
        messages = _messages;
        to.CopyTo(_name);
        var count = 0;
        for (var next = _first; next < _count && count < maxMessages; count++)
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

    /// <summary>Removes the datagrams of the first messages.</summary>
    internal void DropMessages(int messages)
    {
        var datagrams = 0;
        for (; messages > 0; messages--)
        {
            datagrams += _datagrams[_first + datagrams].Run;
        }

        Drop(datagrams);
    }

    /// <summary>Number of datagrams in the first message.</summary>
    internal int FirstRun => _datagrams[_first].Run;

    private int RunFrom(int first, bool is6)
    {
        var length = _datagrams[first].Length;
        var max = Math.Min(Segmentation.DatagramsPerCall(length, is6), _count - first);
        var run = 1;
        while (run < max && _datagrams[first + run].Length == length)
        {
            run++;
        }

        return run < max && _datagrams[first + run].Length < length ? run + 1 : run;
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

    /// <summary>Writes the header of a control message; returns the padded length of the message.</summary>
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

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_vectorCount, MaxPieces * _maxDatagrams);
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
