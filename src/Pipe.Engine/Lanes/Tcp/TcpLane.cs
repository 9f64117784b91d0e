using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A lane over an authenticated TCP connection, unencrypted.</summary>
internal class TcpLane(int number, TcpSocket socket) : ILane
{
    private const int InFlightLimit = 1024;
    private static readonly LaneTraits Plain = new(InFlightLimit) { LeavesSlabs = true };
    private readonly Lock _acking = new();
    private readonly byte[] _ack = new byte[LaneAck.Size];
    private readonly byte[] _received = new byte[LaneAck.Size];
    private bool _isDisposed;
    private ulong _sent;
    private ulong _arrived;

    public LaneId Id { get; } = new(number, Transports.Tcp);

    public virtual LaneTraits Traits => Plain;

    protected static LaneTraits Sealed { get; } = new(InFlightLimit);

    protected TcpSocket Socket => socket;

    public ulong Send(in BlockHeader header, Slab slab)
    {
        SendBlock(header, slab);
        return _sent++;
    }

    public Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        var arrival = ReceiveBlock(slab, out header);
        index = _arrived++;
        return arrival;
    }

    protected virtual void SendBlock(in BlockHeader header, Slab slab)
    {
        Span<byte> packed = stackalloc byte[BlockHeader.Size];
        header.Write(packed);
        socket.Send(packed, slab.Payload[..header.Length]);
    }

    protected virtual Arrival ReceiveBlock(Slab slab, out BlockHeader header)
    {
        Span<byte> packed = stackalloc byte[BlockHeader.Size];
        if (!socket.Receive(packed))
        {
            header = default;
            return Arrival.End;
        }

        if (!BlockHeader.IsIntact(packed))
        {
            throw new IOException($"lane {number}: a damaged block header");
        }

        header = BlockHeader.Read(packed, slab.Capacity);
        return header.Length == 0 || socket.Receive(slab.Payload[..header.Length])
            ? Arrival.Block
            : throw EndedInside();
    }

    public void SendAck(LaneAck ack)
    {
        lock (_acking)
        {
            if (!_isDisposed)
            {
                ack.Write(_ack);
                Send(_ack);
            }
        }
    }

    public bool ReceiveAck(out LaneAck ack)
    {
        var came = Receive(_received);
        ack = came ? LaneAck.Read(_received) : default;
        return came;
    }

    public LaneMeasure Measure()
    {
        lock (_acking)
        {
            var tcp = _isDisposed ? default : socket.Measure();
            return new LaneMeasure(tcp.MinRoundTrip, tcp.RoundTrip, tcp.Acknowledged, tcp.Busy, tcp.BufferLimited, tcp.Silence, tcp.Lost) { ReceiverLimited = tcp.ReceiverLimited };
        }
    }

    /// <summary>Selects a congestion control; returns the one now in use, or null once the lane is disposed.</summary>
    public string? UseCongestionControl(ReadOnlySpan<byte> name)
    {
        lock (_acking)
        {
            return _isDisposed ? null : socket.UseCongestionControl(name);
        }
    }

    public void Shutdown() => socket.Shutdown();

    public void Dispose()
    {
        // Another lane's thread may be about to acknowledge a block of this one.
        lock (_acking)
        {
            _isDisposed = true;
            Dispose(true);
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => socket.Dispose();

    /// <summary>Sends an acknowledgement; called by one thread at a time.</summary>
    protected virtual void Send(ReadOnlySpan<byte> ack) => socket.Send(ack);

    /// <summary>Receives an acknowledgement; false at the end.</summary>
    protected virtual bool Receive(Span<byte> ack) => socket.Receive(ack);

    protected IOException EndedInside() => new($"lane {number}: ended inside a block");
}

/// <summary>A lane whose blocks and acknowledgements travel in records that only the two ends can produce.</summary>
/// <param name="number">The lane number, from 1.</param>
/// <param name="socket">The connection; owned by this object from here on.</param>
/// <param name="outgoing">Seals outgoing records.</param>
/// <param name="incoming">Opens incoming records.</param>
/// <param name="block">Maximum payload of a block in bytes.</param>
internal sealed class SealedTcpLane(int number, TcpSocket socket, LaneSeal outgoing, LaneSeal incoming, int block) : TcpLane(number, socket)
{
    private const int InFront = LaneSeal.PrefixSize + BlockHeader.Size;
    private readonly Slab _scratch = new(block);
    private readonly byte[] _sent = new byte[LaneAck.Size + LaneSeal.Overhead];
    private readonly byte[] _received = new byte[LaneAck.Size + LaneSeal.Overhead];

    /// <summary>Not LeavesSlabs: a record is built around the payload.</summary>
    public override LaneTraits Traits => Sealed;

    protected override void SendBlock(in BlockHeader header, Slab slab)
    {
        // The payload may have to be sent again, so it must stay unchanged.
        var record = slab.Framed(InFront, header.Length, LaneSeal.TagSize);
        var framed = outgoing.Enciphers ? _scratch.Framed(InFront, header.Length, LaneSeal.TagSize) : record;
        header.Write(record[LaneSeal.PrefixSize..]);
        outgoing.Seal(record, framed);
        Socket.Send(framed);
    }

    protected override Arrival ReceiveBlock(Slab slab, out BlockHeader header)
    {
        header = default;
        var prefix = slab.Framed(InFront, 0)[..LaneSeal.PrefixSize];
        if (!Socket.Receive(prefix))
        {
            return Arrival.End;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        if (length < BlockHeader.Size || length > BlockHeader.Size + slab.Capacity)
        {
            throw new IOException($"lane {Id.Number}: a damaged record");
        }

        var record = slab.Framed(InFront, (int)length - BlockHeader.Size, LaneSeal.TagSize);
        if (!Socket.Receive(record[LaneSeal.PrefixSize..]))
        {
            throw EndedInside();
        }

        if (!incoming.TryOpen(record))
        {
            return Arrival.Damaged;
        }

        header = BlockHeader.Read(record[LaneSeal.PrefixSize..], slab.Capacity);
        if (header.Length != length - BlockHeader.Size)
        {
            ProtocolException.Throw($"a record of {length} bytes for a block of {header.Length}");
        }

        return Arrival.Block;
    }

    protected override void Send(ReadOnlySpan<byte> ack)
    {
        ack.CopyTo(_sent.AsSpan(LaneSeal.PrefixSize));
        outgoing.Seal(_sent, _sent);
        Socket.Send(_sent);
    }

    protected override bool Receive(Span<byte> ack)
    {
        if (!Socket.Receive(_received))
        {
            return false;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(_received) != LaneAck.Size || !incoming.TryOpen(_received))
        {
            throw new IOException($"lane {Id.Number}: a damaged acknowledgement");
        }

        _received.AsSpan(LaneSeal.PrefixSize, LaneAck.Size).CopyTo(ack);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _scratch.Dispose();
        outgoing.Dispose();
        incoming.Dispose();
    }
}
