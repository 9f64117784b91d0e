using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Thousands of random links and loads. The hosts check at each step; here is what must be true at the end.</summary>
public class ScheduleTests
{
    private static readonly int Schedules = Environment.GetEnvironmentVariable("PIPE_TESTS") == "whole" ? 2000 : 1000;

    [Fact]
    public void Every_block_arrives_once_and_whole_whatever_the_link_does()
    {
        for (var seed = 0; seed < Schedules; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"schedule {seed}: {e}");
            }
        }
    }

    private static void Run(int seed)
    {
        var simulation = new Simulation(seed);
        var random = simulation.Random;
        var (forth, back) = (RandomLink(simulation), RandomLink(simulation));
        var loads = Enumerable.Range(0, random.Next(4) == 0 ? random.Next(2, 4) : 1).Select(_ => RandomLoad(simulation, forth, back)).ToArray();
        simulation.Run(simulation.Now + (300 * Simulation.Second), () => loads.All(IsOver));
        foreach (var load in loads)
        {
            Check(load, simulation);
        }
    }

    private static Load RandomLoad(Simulation simulation, SimLink forth, SimLink back)
    {
        var random = simulation.Random;
        var blocks = (ulong)random.Next(1, 12);
        var slots = random.Next(1, 8);
        var largest = random.Next(3) == 0 ? 200 : 100_000;
        var sizes = Enumerable.Range(0, (int)blocks).Select(_ => random.Next(1, largest)).ToArray();
        var terms = SimFlow.Terms(simulation, (Protection)random.Next(3)) with
        {
            Datagram = random.Next(2) == 0 ? 1200 : 1472,
            MaxDatagram = 1472,
            MaxBlock = 100_000,
            MayRoam = random.Next(2) == 0,
        };
        var rate = forth.Rate * 0.8;
        var flow = SimFlow.Start(
            simulation, forth, back, t => RandomControl(random, rate, t), terms,
            blocks, block => sizes[block], slots, checksBytes: true, senderCalls: random.Next(2) == 0, isDamaged: block => block % 5 == 4,
            sinkRate: random.Next(3) == 0 ? 200_000 : 0);
        flow.Sender.Refusal = random.Next(4) == 0 ? 0.2 : 0;
        if (random.Next(4) == 0)
        {
            simulation.Wake(new Move(flow), simulation.Now + random.NextInt64(3 * Simulation.Second));
        }

        return new Load(flow, sizes);
    }

    private static ICongestionControl RandomControl(Random random, double rate, DatagramTerms terms) => random.Next(5) switch
    {
        0 or 1 => new FixedControl(rate, terms.Datagram),
        2 => new LowControl(terms.Datagram, terms.InitialRtt, 0),
        _ => new FairControl(terms.Datagram, terms.InitialRtt, 0, terms.Random),
    };

    /// <summary>The handshake may find no way through in two seconds.</summary>
    private static bool IsClosed(SimFlow flow) => flow.Sender.Sender.Link.State == DatagramState.Closed || flow.Receiver.Receiver.Link.State == DatagramState.Closed;

    private static bool IsOver(Load load) => load.Flow.Sender.IsDone || IsClosed(load.Flow);

    private static void Check(Load load, Simulation simulation)
    {
        var (flow, sizes) = (load.Flow, load.Sizes);
        if (IsClosed(flow))
        {
            return;
        }

        var blocks = sizes.Length;

        Assert.True(flow.Sender.IsDone, $"{flow.Sender.Finished} of {blocks} blocks are finished, {flow.Receiver.Order.Count} arrived; {Describe(flow, simulation)}");
        Assert.Equal(blocks, flow.Receiver.Order.Count);
        Assert.Equal(Enumerable.Range(0, blocks).Where(block => block % 5 == 4).Select(block => (ulong)block), flow.Sender.Damaged.Order());
        Assert.Equal(sizes.Sum(), flow.Receiver.Bytes);
    }

    private static string Describe(SimFlow flow, Simulation simulation)
    {
        var (sender, receiver) = (flow.Sender.Sender, flow.Receiver.Receiver);
        return $"sender {sender.Limit}, {sender.Congestion.GetType().Name} {sender.Congestion.Rate:F0} B/s window {sender.Congestion.Window}, in flight {sender.BytesInFlight}, started {sender.Blocks.Started} limit {sender.Blocks.Limit} floor {sender.Blocks.Floor}, "
            + $"due in {sender.NextTimeout(simulation.Now) - simulation.Now} ns, sent {sender.Measure.Sent} repeated {sender.Measure.Repeated} probes {sender.Measure.ProbeTimeouts}, size {sender.DatagramSize}; "
            + $"receiver floor {receiver.Blocks.Floor} limit {receiver.Blocks.Limit}, arrived {receiver.Arrived}, in use {receiver.Blocks.InUse}, last progress {simulation.Now - flow.Receiver.LastProgress} ns ago, refused {sender.Link.Refused} and {receiver.Link.Refused}";
    }

    private static SimLink RandomLink(Simulation simulation)
    {
        var random = simulation.Random;
        var rate = Math.Pow(10, 5 + (random.NextDouble() * 2));
        var outage = simulation.Now + random.NextInt64(2 * Simulation.Second);
        return new SimLink(simulation)
        {
            Rate = rate,
            Delay = random.NextInt64(100 * Simulation.Millisecond),
            Queue = Math.Max(rate * random.NextDouble() / 5, 5000),
            Loss = random.Next(3) == 0 ? random.NextDouble() * 0.2 : 0,
            BurstStart = random.Next(4) == 0 ? 0.01 : 0,
            Duplication = random.Next(4) == 0 ? 0.1 : 0,
            Reorder = random.Next(4) == 0 ? 0.1 : 0,
            Change = random.Next(4) == 0 ? (simulation.Now + random.NextInt64(3 * Simulation.Second), random.Next(2) == 0 ? 1280 : 1400) : (long.MaxValue, 0),
            Outage = random.Next(4) == 0 ? (outage, outage + random.NextInt64(3 * Simulation.Second)) : default,
        };
    }

    private sealed record Load(SimFlow Flow, int[] Sizes);

    /// <summary>The sender's address changes, as behind a router that has forgotten it.</summary>
    private sealed class Move(SimFlow flow) : ISimHost
    {
        public void OnPacket(SimPacket packet, long now)
        {
        }

        public void OnTimer(long now) => flow.Sender.Path = 7;
    }
}
