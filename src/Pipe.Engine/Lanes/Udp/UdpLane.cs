using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One end of a lane over the datagram channel: it either sends blocks or receives them.</summary>
/// <param name="number">From 1.</param>
/// <param name="thread">Of the connection; it has been started.</param>
/// <param name="blocks">That may be on their way.</param>
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

    /// <summary>The connection has ended: false if in good order, else what broke it.</summary>
    protected bool Ended() => thread.Cause is { } cause ? throw new IOException($"{Id}: {cause.Message}", cause) : false;
}
