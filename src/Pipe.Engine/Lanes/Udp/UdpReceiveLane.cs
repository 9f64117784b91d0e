using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The receiving end of a lane over the datagram channel.</summary>
internal sealed class UdpReceiveLane(int number, DatagramReceiveThread thread) : UdpLane(number, thread, thread.Window)
{
    private readonly DatagramReceiveThread _thread = thread;

    public override Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        header = default;
        index = 0;
        if (!_thread.Take(out var block))
        {
            Ended();
            return Arrival.End;
        }

        index = block.Index;
        try
        {
            return Open(block, slab, out header);
        }
        finally
        {
            block.Slab.Return();
        }
    }

    public override void SendAck(LaneAck ack) => _thread.Finish(ack.Index, ack.Kind == AckKind.Damaged);

    public override LaneMeasure Measure() => _thread.Measure;

    private static Arrival Open(in WholeBlock block, Slab slab, out BlockHeader header)
    {
        header = default;
        var packed = block.Slab.Framed(BlockHeader.Size, 0);
        if (block.Size < BlockHeader.Size || !BlockHeader.IsIntact(packed))
        {
            return Arrival.Damaged;
        }

        header = BlockHeader.Read(packed, slab.Capacity);
        if (header.Length != block.Size - BlockHeader.Size)
        {
            throw new ProtocolException($"a block of {header.Length} bytes in datagrams for {block.Size - BlockHeader.Size}");
        }

        if (slab.Capacity == block.Slab.Capacity)
        {
            slab.Exchange(block.Slab);
        }
        else
        {
            block.Slab.Payload[..header.Length].CopyTo(slab.Payload);
        }

        return Arrival.Block;
    }
}
