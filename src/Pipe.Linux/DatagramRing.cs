using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>
/// Receive buffers for many datagrams per call, in unmanaged memory. Splits messages that the kernel has coalesced (UDP_GRO).
/// Single-threaded; spans are valid until the next receive.
/// </summary>
internal sealed unsafe class DatagramRing : IDisposable
{
    /// <summary>Size of the largest message that the kernel coalesces.</summary>
    private const int MessageRoom = 65_536;

    private const int ControlSize = 128;
    private const int NameSize = 32;
    private readonly int _maxMessages;
    private readonly byte* _memory;
    private readonly BatchedMessage* _messages;
    private readonly byte* _room;
    private int _count;
    private int _message = -1;
    private int _offset;
    private int _segment;

    /// <param name="messages">Messages to receive per call. Pages that no message fills are never touched.</param>
    public DatagramRing(int messages)
    {
        _maxMessages = messages;
        var perMessage = sizeof(BatchedMessage) + sizeof(IoVector) + ControlSize + NameSize;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(messages * (perMessage + MessageRoom)), 4096);
        _room = _memory;
        _messages = (BatchedMessage*)(_memory + ((nint)messages * MessageRoom));
        var vectors = (IoVector*)(_messages + messages);
        var control = (byte*)(vectors + messages);
        var names = control + (ControlSize * messages);
        for (var i = 0; i < messages; i++)
        {
            vectors[i] = new IoVector { Base = _room + ((nint)i * MessageRoom), Length = MessageRoom };
            _messages[i].Header = new MessageHeader { Vectors = vectors + i, VectorCount = 1, Control = control + (ControlSize * i), Name = names + (NameSize * i) };
            Prepare(ref _messages[i].Header);
        }
    }

    /// <summary>Number of messages from the last call; each holds one or more datagrams.</summary>
    public int Messages => _count;

    /// <summary>The datagram that <see cref="MoveNext"/> has moved to.</summary>
    public Span<byte> Current => new(_room + ((nint)_message * MessageRoom) + _offset, Math.Min(_segment, (int)_messages[_message].Length - _offset));

    /// <summary>The sender of the current datagram.</summary>
    public SocketName From => new(_messages[_message].Header.Name);

    /// <summary>The local address that the current datagram was sent to; none unless <see cref="UdpSocket.TellDestinations"/> was called.</summary>
    public SocketName To { get; private set; }

    /// <summary>Datagrams that the kernel dropped because the socket's buffer was full, modulo 2^32.</summary>
    public uint Overflowed { get; private set; }

    /// <summary>Messages dropped because they did not fit the buffer.</summary>
    public long Truncated { get; private set; }

    public bool MoveNext()
    {
        if (_message >= 0 && _message < _count)
        {
            _offset += _segment;
            if (_offset < _messages[_message].Length)
            {
                return true;
            }
        }

        while (++_message < _count)
        {
            if (Open(ref _messages[_message]))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    /// <summary>Receives the messages that have arrived, without waiting.</summary>
    /// <returns>The number of messages, or -1 with errno set.</returns>
    internal int Fill(Fd socket)
    {
        // The kernel changed only the headers it filled in.
        for (var i = 0; i < _count; i++)
        {
            Prepare(ref _messages[i].Header);
        }

        var count = Sys.ReceiveMessages(socket.Number, _messages, (uint)_maxMessages, Sys.MessageDontWait, null);
        _count = Math.Max(count, 0);
        _message = -1;
        return count;
    }

    private static void Prepare(ref MessageHeader header)
    {
        header.NameLength = SocketName.MaxSize;
        header.ControlLength = ControlSize;
        header.Flags = 0;
    }

    /// <summary>Reads the control data of a message; false if the message is empty or truncated.</summary>
    private bool Open(ref BatchedMessage message)
    {
        _offset = 0;
        _segment = (int)message.Length;
        To = default;
        ref var header = ref message.Header;
        ReadControl(header.Control, header.ControlLength);
        if ((header.Flags & (Sys.MessageTruncated | Sys.MessageControlTruncated)) != 0)
        {
            Truncated++;
            return false;
        }

        return _segment > 0;
    }

    private void ReadControl(byte* control, nuint length)
    {
        for (nuint at = 0; at + (nuint)sizeof(ControlHeader) <= length;)
        {
            var header = (ControlHeader*)(control + at);
            if (header->Length < (nuint)sizeof(ControlHeader))
            {
                return;
            }

            Take(*header, control + at + sizeof(ControlHeader));
            at += (header->Length + 7) & ~(nuint)7;
        }
    }

    private void Take(ControlHeader header, byte* data)
    {
        switch (header.Level, header.Type)
        {
            case (Sys.LevelUdp, Sys.OptionUdpGro) when *(int*)data > 0:
                _segment = Math.Min(_segment, *(int*)data);
                break;
            case (Sys.LevelSocket, Sys.OptionReceiveQueueOverflow):
                Overflowed = *(uint*)data;
                break;
            case (Sys.LevelIp, Sys.OptionPacketInfo):
                To = SocketName.Of4(new ReadOnlySpan<byte>(data + 8, 4));
                break;
            case (Sys.LevelIpv6, Sys.Option6PacketInfo):
                To = SocketName.Of6(new ReadOnlySpan<byte>(data, 16));
                break;
        }
    }
}
