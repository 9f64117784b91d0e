namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Simulated time: hosts, and events with their times. The same seed gives the same run.</summary>
internal sealed class Simulation(int seed)
{
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000_000_000;

    private readonly PriorityQueue<(ISimHost Host, SimPacket? Packet), (long At, long Order)> _events = new();
    private readonly Stack<SimPacket> _pool = new();
    private readonly Dictionary<ISimHost, long> _timers = [];
    private const int MostAtOnce = 100_000;
    private long _order;
    private int _atOnce;

    public long Now { get; private set; } = Second;

    /// <summary>Fails a host that always has one datagram more to send at the same moment.</summary>
    public static void Bound(ref int turns) => Assert.True(++turns < MostAtOnce, "a host sends without end");

    public Random Random { get; } = new(seed);

    public int Pooled => _pool.Count;

    public void FillRandom(Span<byte> to) => Random.NextBytes(to);

    public SimPacket Take() => _pool.TryPop(out var packet) ? packet : new SimPacket();

    public void Drop(SimPacket packet) => _pool.Push(packet);

    public void Deliver(SimPacket packet, long at) => _events.Enqueue((packet.To!, packet), (at, _order++));

    /// <summary>Calls the host's timer at that time, unless it asks for an earlier one.</summary>
    public void Wake(ISimHost host, long at)
    {
        if (at == long.MaxValue)
        {
            return;
        }

        at = Math.Max(at, Now + 1);
        if (!_timers.TryGetValue(host, out var known) || at < known || known <= Now)
        {
            _timers[host] = at;
            _events.Enqueue((host, null), (at, _order++));
        }
    }

    /// <summary>Runs until nothing happens any more, the time is reached, or the condition holds.</summary>
    public void Run(long until, Func<bool>? isDone = null)
    {
        while (isDone?.Invoke() != true && _events.TryPeek(out _, out var priority) && priority.At <= until)
        {
            var (host, packet) = _events.Dequeue();
            _atOnce = priority.At > Now ? 0 : _atOnce + 1;
            Assert.True(_atOnce < MostAtOnce, $"time stands still at {Now} ns");
            Now = priority.At;
            if (packet is not null)
            {
                host.OnPacket(packet, Now);
                Drop(packet);
            }
            else if (_timers[host] <= Now)
            {
                _timers[host] = long.MaxValue;
                host.OnTimer(Now);
            }
        }

        Now = isDone?.Invoke() == true ? Now : Math.Max(Now, until);
    }
}
