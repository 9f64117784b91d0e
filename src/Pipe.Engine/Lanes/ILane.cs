using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>What came over a lane.</summary>
internal enum Arrival
{
    /// <summary>A block, with a header that makes sense.</summary>
    Block,

    /// <summary>Something in the place of a block that is not what was sent.</summary>
    Damaged,

    /// <summary>No more, in good order.</summary>
    End,
}

/// <summary>
/// One way for blocks: they go in one direction in order, acknowledgements come back. One thread sends blocks, one receives what
/// comes back; acknowledgements may be sent from any thread. Throws <see cref="IOException"/> (of which
/// <see cref="LinuxException"/> is one) when the way is broken, <see cref="ProtocolException"/> when it carries nonsense.
/// </summary>
internal interface ILane : IDisposable
{
    /// <summary>0 is the control channel, data connections count from 1.</summary>
    int Number { get; }

    /// <summary>Sends a block whose payload is in the slab.</summary>
    void Send(in BlockHeader header, Slab slab);

    /// <summary>Waits for a block and puts its payload into the slab.</summary>
    Arrival Receive(Slab slab, out BlockHeader header);

    void SendAck(LaneAck ack);

    /// <summary>Waits for an acknowledgement; false when there are no more.</summary>
    bool ReceiveAck(out LaneAck ack);

    /// <summary>Ends it: threads inside a call return. Any thread, any time.</summary>
    void Shutdown();
}
