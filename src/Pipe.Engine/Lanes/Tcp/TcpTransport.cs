using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The transport whose lanes are TCP connections.</summary>
internal sealed class TcpTransport : ILaneTransport
{
    private TcpTransport()
    {
    }

    public static TcpTransport Instance { get; } = new();

    public string Name => Transports.Tcp;

    public int MostLanes => Limits.MaxLanes;

    public ILaneAcceptor Listen(LaneTerms terms) => new TcpAcceptor(terms);

    public ILaneConnector Connect(LaneTerms terms) => new TcpConnector(terms);

    public ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand) => new LaneScaler(lanes, demand);
}
