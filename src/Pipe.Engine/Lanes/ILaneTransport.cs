namespace Pipe.Engine;

/// <summary>A means to make data lanes between two hosts. Shared by all sessions: the state of a session is in its terms.</summary>
internal interface ILaneTransport
{
    /// <summary>The name on the wire, in messages and in events.</summary>
    string Name { get; }

    /// <summary>The number of lanes between two hosts beyond which more bring no gain.</summary>
    int MostLanes { get; }

    ILaneAcceptor Listen(LaneTerms terms);

    ILaneConnector Connect(LaneTerms terms);

    /// <summary>Creates the monitor of a sender's lanes.</summary>
    ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand);
}
