using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>A transport that records which lanes it is asked to connect, and makes none.</summary>
internal sealed class RecordedTransport(string name, int most) : ILaneTransport
{
    public string Name => name;

    public int MostLanes => most;

    /// <summary>The lanes asked for, in order.</summary>
    public List<int> Dialed { get; } = [];

    public ILaneAcceptor Listen(LaneTerms terms) => new Acceptor(name);

    public ILaneConnector Connect(LaneTerms terms) => new Connector(Dialed);

    public ILaneMonitor MonitorOf(LaneSet lanes, LaneDemand demand) => throw new NotSupportedException();

    private sealed class Acceptor(string name) : ILaneAcceptor
    {
        public Listening Open() => new(1, ["127.0.0.1"], name);

        public void Dispose()
        {
        }
    }

    private sealed class Connector(List<int> dialed) : ILaneConnector
    {
        public void Dial(Listening there, IReadOnlyList<int> lanes) => dialed.AddRange(lanes);
    }
}

/// <summary>A lane that carries nothing until it is shut down.</summary>
internal sealed class SilentLane(int number, string transport) : ILane
{
    private readonly ManualResetEventSlim _over = new();

    public LaneId Id { get; } = new(number, transport);

    public LaneTraits Traits { get; } = new(4);

    public ulong Send(in BlockHeader header, Slab slab) => throw new NotSupportedException();

    public Arrival Receive(Slab slab, out BlockHeader header, out ulong index)
    {
        _over.Wait();
        (header, index) = (default, 0);
        return Arrival.End;
    }

    public void SendAck(LaneAck ack)
    {
    }

    public bool ReceiveAck(out LaneAck ack) => throw new NotSupportedException();

    public LaneMeasure Measured { get; init; }

    public LaneMeasure Measure() => Measured;

    public void Shutdown() => _over.Set();

    public void Dispose() => _over.Set();
}
