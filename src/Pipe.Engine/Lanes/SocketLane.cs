using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A lane over a data connection that has proven itself.</summary>
internal sealed class SocketLane(int number, TcpSocket socket) : ILane
{
    private readonly Lock _acking = new();
    private readonly byte[] _ack = new byte[LaneAck.Size];
    private readonly byte[] _received = new byte[LaneAck.Size];

    public int Number => number;

    public void Send(in BlockHeader header, Slab slab)
    {
        var framed = slab.Framed(BlockHeader.Size, header.Length);
        header.Write(framed);
        socket.Send(framed);
    }

    public bool Receive(Slab slab, out BlockHeader header)
    {
        Span<byte> packed = stackalloc byte[BlockHeader.Size];
        if (!socket.Receive(packed))
        {
            header = default;
            return false;
        }

        if (!BlockHeader.IsIntact(packed))
        {
            throw new IOException($"lane {number}: a damaged block header");
        }

        header = BlockHeader.Read(packed, slab.Capacity);
        return header.Length == 0 || socket.Receive(slab.Payload[..header.Length])
            ? true
            : throw new IOException($"lane {number}: ended inside a block");
    }

    public void SendAck(LaneAck ack)
    {
        lock (_acking)
        {
            ack.Write(_ack);
            socket.Send(_ack);
        }
    }

    public bool ReceiveAck(out LaneAck ack)
    {
        var came = socket.Receive(_received);
        ack = came ? LaneAck.Read(_received) : default;
        return came;
    }

    public void Shutdown() => socket.Shutdown();

    public void Dispose() => socket.Dispose();
}
