using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Watches the data lanes of the transport in use, and what limits them. Part of the session's thread of control.</summary>
/// <param name="pump">Whose lanes they are.</param>
/// <param name="peer">Is told by a responder that sends.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class LaneWatch(DataPump pump, Peer peer, bool isInitiator)
{
    private ILaneMonitor? _monitor;

    /// <summary>The name of the transport that is watched; empty before the first lane.</summary>
    public string Transport { get; private set; } = "";

    /// <summary>What has limited the rate for the longest time, as the sender has found.</summary>
    public Bottleneck Limit { get; private set; }

    public void Begin(ILaneTransport transport, ILaneMonitor monitor) => (Transport, _monitor) = (transport.Name, monitor);

    /// <summary>Looks, and acts on what it sees. Returns the time until the next poll.</summary>
    public TimeSpan Poll()
    {
        var pause = _monitor!.Poll();
        FindLimit();
        return pause;
    }

    /// <summary>The responder sends the blocks, and knows what limits it.</summary>
    public void Told(Limited limited) => Limit = limited.By;

    /// <summary>Looks what limits this side, if it is the sender, and tells an initiator that does not know.</summary>
    public void FindLimit()
    {
        if (pump.Bottleneck is not (not Bottleneck.Unknown and var by) || by == Limit)
        {
            return;
        }

        Limit = by;
        if (!isInitiator)
        {
            peer.Send(new Limited(by));
        }
    }
}
