using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What came over a lane.</summary>
internal enum Arrival
{
    /// <summary>A block, with a valid header.</summary>
    Block,

    /// <summary>A block that is not as it was sent.</summary>
    Damaged,

    /// <summary>No more, in good order.</summary>
    End,
}

/// <summary>
/// Carries blocks one way and their acknowledgements the other. Each block has an index on its lane: the sender's lane gives it, from 0
/// and ascending, and the receiver's lane delivers each index at most once, in any order unless <see cref="LaneTraits"/> promise one.
/// One thread sends blocks and one takes acknowledgements, or one thread receives blocks; acknowledgements may be sent from any thread.
/// Throws <see cref="IOException"/> (of which <see cref="LinuxException"/> is one) when the lane is broken,
/// <see cref="ProtocolException"/> when it carries nonsense.
/// </summary>
internal interface ILane : IDisposable
{
    LaneId Id { get; }

    LaneTraits Traits { get; }

    /// <summary>
    /// Sends a block whose payload is in the slab, and gives the index that its acknowledgement will name. The slab belongs to the caller
    /// again when this returns. An acknowledgement may come before that.
    /// </summary>
    ulong Send(in BlockHeader header, Slab slab);

    /// <summary>Waits for a block, puts its payload into the slab and gives its index, of a damaged block too.</summary>
    Arrival Receive(Slab slab, out BlockHeader header, out ulong index);

    void SendAck(LaneAck ack);

    /// <summary>Waits for an acknowledgement; false when there are no more.</summary>
    bool ReceiveAck(out LaneAck ack);

    /// <summary>What is known of the lane now. Any thread, any time, a lane that is disposed too.</summary>
    LaneMeasure Measure();

    /// <summary>Ends it: threads inside a call return. Any thread, any time.</summary>
    void Shutdown();
}
