using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The result of a receive on a lane.</summary>
internal enum Arrival
{
    /// <summary>A block, with a valid header.</summary>
    Block,

    /// <summary>A block that was damaged in transit.</summary>
    Damaged,

    /// <summary>The orderly end of the lane.</summary>
    End,
}

/// <summary>
/// Carries blocks one way and their acknowledgements the other. Each block has an index on its lane: the sender's lane assigns it, ascending from 0,
/// and the receiver's lane delivers each index at most once, in any order unless <see cref="LaneTraits"/> promise one. One thread sends blocks and one
/// takes acknowledgements, or one thread receives blocks; acknowledgements may be sent from any thread. Throws <see cref="IOException"/> (of which
/// <see cref="LinuxException"/> is one) when the lane is broken, <see cref="ProtocolException"/> when it carries invalid data.
/// </summary>
internal interface ILane : IDisposable
{
    LaneId Id { get; }

    LaneTraits Traits { get; }

    /// <summary>
    /// Sends a block whose payload is in the slab, and returns the index that its acknowledgement will name. The caller owns the slab again when this
    /// returns. The acknowledgement may arrive before that.
    /// </summary>
    ulong Send(in BlockHeader header, Slab slab);

    /// <summary>Waits for a block, receives its payload into the slab and returns its index, for a damaged block too.</summary>
    Arrival Receive(Slab slab, out BlockHeader header, out ulong index);

    void SendAck(LaneAck ack);

    /// <summary>Waits for an acknowledgement; false at the end.</summary>
    bool ReceiveAck(out LaneAck ack);

    /// <summary>The current measures. Any thread, any time, also after Dispose.</summary>
    LaneMeasure Measure();

    /// <summary>Ends the lane: threads blocked in a call return. Any thread, any time.</summary>
    void Shutdown();
}
