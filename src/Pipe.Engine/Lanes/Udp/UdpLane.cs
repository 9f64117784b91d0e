using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One end of a lane over the datagram channel: it either sends or receives blocks.</summary>
/// <param name="number">The lane number, from 1.</param>
/// <param name="thread">The thread of the connection; already started.</param>
/// <param name="blocks">Maximum number of blocks in flight.</param>
internal abstract class UdpLane(int number, DatagramThread thread, int blocks) : ILane
{
    public LaneId Id { get; } = new(number, Transports.Udp);

    public LaneTraits Traits { get; } = new(blocks) { IsUnordered = true, PacesItself = true, LeavesSlabs = true };

    public virtual ulong Send(in BlockHeader header, Slab slab) => throw new NotSupportedException();

    public virtual Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => throw new NotSupportedException();

    public virtual void SendAck(LaneAck ack) => throw new NotSupportedException();

    public virtual bool ReceiveAck(out LaneAck ack) => throw new NotSupportedException();

    public abstract LaneMeasure Measure();

    public void Shutdown() => thread.Stop();

    public void Dispose()
    {
        thread.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called when the connection has ended: returns false if it ended in order, otherwise throws the cause.</summary>
    protected bool Ended() => thread.Cause is { } cause ? throw new IOException($"{Id}: {cause.Message}", cause) : false;
}
