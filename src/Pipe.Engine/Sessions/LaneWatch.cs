using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Watches the data lanes of the transport in use and their bottleneck. Runs on the session's thread of control.</summary>
/// <param name="pump">The pump whose lanes they are.</param>
/// <param name="peer">Receives the bottleneck from a sending responder.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class LaneWatch(DataPump pump, Peer peer, bool isInitiator)
{
    private ILaneMonitor? _monitor;

    /// <summary>The name of the watched transport; empty before the first lane.</summary>
    public string Transport { get; private set; } = "";

    /// <summary>The bottleneck that applied for the longest time, as measured by the sender.</summary>
    public Bottleneck Limit { get; private set; }

    public void Begin(ILaneTransport transport, ILaneMonitor monitor) => (Transport, _monitor) = (transport.Name, monitor);

    /// <summary>Polls the monitor, which acts on its findings. Returns the time until the next poll.</summary>
    public TimeSpan Poll()
    {
        var pause = _monitor!.Poll();
        FindLimit();
        return pause;
    }

    /// <summary>Takes the bottleneck from a responder that sends the blocks.</summary>
    public void On(Limited limited) => Limit = limited.By;

    /// <summary>If this side is the sender, finds its bottleneck and reports a change to the initiator.</summary>
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
