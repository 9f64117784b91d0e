using Pipe.Protocol;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>Lanes over TCP that deliver blocks and acknowledgements in any order, as those over datagrams do.</summary>
internal sealed class ShuffledTransport : ILaneTransport
{
    private int _early;

    public string Name => "shuffled";

    public int MostLanes => Limits.MaxLanes;

    /// <summary>Blocks that were delivered before one that was sent earlier.</summary>
    public int Early => Volatile.Read(ref _early);

    public ILaneAcceptor Listen(LaneTerms terms) => new Acceptor(this, TcpTransport.Instance.Listen(Through(terms)));

    public ILaneConnector Connect(LaneTerms terms) => new Connector(TcpTransport.Instance.Connect(Through(terms)));

    public ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand) => TcpTransport.Instance.MonitorOf(lanes, demand);

    public void CountEarly() => Interlocked.Increment(ref _early);

    private LaneTerms Through(LaneTerms terms) => terms with
    {
        Joined = lane => terms.Joined(new ShuffledLane(this, lane, terms.Offer.Terms.Block)),
    };

    private sealed class Acceptor(ShuffledTransport transport, ILaneAcceptor tcp) : ILaneAcceptor
    {
        public Listening Open() => tcp.Open() with { Transport = transport.Name };

        public void Dispose() => tcp.Dispose();
    }

    private sealed class Connector(ILaneConnector tcp) : ILaneConnector
    {
        public void Dial(Listening there, IReadOnlyList<int> lanes) => tcp.Dial(there, lanes);
    }
}
