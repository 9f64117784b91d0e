using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A lane that carries nothing: keeps the acknowledgements that are sent over it.</summary>
internal sealed class AckRecorder : ILane
{
    public List<LaneAck> Acks { get; } = [];

    public bool IsBroken { get; set; }

    public bool IsShut { get; private set; }

    public int Number => 1;

    public void SendAck(LaneAck ack)
    {
        if (IsBroken)
        {
            throw new IOException("broken");
        }

        Acks.Add(ack);
    }

    public void Shutdown() => IsShut = true;

    public void Send(in BlockHeader header, Slab slab) => throw new NotSupportedException();

    public Arrival Receive(Slab slab, out BlockHeader header) => throw new NotSupportedException();

    public bool ReceiveAck(out LaneAck ack) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
