using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A lane without blocks that records the acknowledgements sent over it.</summary>
internal sealed class AckRecorder : ILane
{
    public List<LaneAck> Acks { get; } = [];

    public bool IsBroken { get; set; }

    public bool IsShut { get; private set; }

    public LaneId Id => new(1, "memory");

    public LaneTraits Traits { get; init; } = new(1024);

    public void SendAck(LaneAck ack)
    {
        if (IsBroken)
        {
            throw new IOException("broken");
        }

        Acks.Add(ack);
    }

    public void Shutdown() => IsShut = true;

    public ulong Send(in BlockHeader header, Slab slab) => throw new NotSupportedException();

    public Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => throw new NotSupportedException();

    public bool ReceiveAck(out LaneAck ack) => throw new NotSupportedException();

    public LaneMeasure Measure() => default;

    public void Dispose()
    {
    }
}
