namespace Pipe.Engine;

/// <summary>A way to make data lanes between two hosts. Shared by all sessions: what belongs to one is in its terms.</summary>
internal interface ILaneTransport
{
    /// <summary>On the wire, in messages and in events.</summary>
    string Name { get; }

    /// <summary>More lanes than that between two hosts bring nothing.</summary>
    int MostLanes { get; }

    ILaneAcceptor Listen(LaneTerms terms);

    ILaneConnector Connect(LaneTerms terms);

    /// <summary>What the sender has watch its lanes.</summary>
    ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand);
}
