using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The sending end of a lane over the datagram channel.</summary>
internal sealed class UdpSendLane(int number, DatagramSendThread thread) : UdpLane(number, thread, thread.Window)
{
    private readonly DatagramSendThread _thread = thread;

    public override ulong Send(in BlockHeader header, Slab slab)
    {
        if (!_thread.TrySubmit(header, slab, out var index) && !Ended())
        {
            throw new IOException($"{Id}: closed");
        }

        return index;
    }

    public override bool ReceiveAck(out LaneAck ack)
    {
        if (_thread.TakeVerdict(out var block))
        {
            ack = new LaneAck(block.IsDamaged ? AckKind.Damaged : AckKind.Single, block.Block);
            return true;
        }

        ack = default;
        return Ended();
    }

    public override LaneMeasure Measure() => _thread.Measure;
}
