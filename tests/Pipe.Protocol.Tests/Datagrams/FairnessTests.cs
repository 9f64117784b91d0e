using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Flows that share a link of 100 Mbit/s and 50 ms with a queue of one bandwidth-delay product. The kernel's CUBIC has the last word; this is its model.</summary>
public class FairnessTests(ITestOutputHelper output)
{
    private const double Rate = 100e6 / 8;
    private const long Rtt = 50 * Simulation.Millisecond;
    private const int Seconds = 60;

    /// <summary>The flows start a second or more after each other: one that comes later gets its share all the same.</summary>
    [Theory]
    [InlineData(0, 0.95, new[] { 50, 50 })]
    [InlineData(0.01, 0.95, new[] { 50, 50 })]
    [InlineData(0, 0.93, new[] { 50, 50, 50, 50 })]
    [InlineData(0, 0.80, new[] { 20, 100 })]
    public void Fair_flows_share_a_link(double loss, double goal, int[] milliseconds)
    {
        var simulation = new Simulation(5);
        var forth = new SimLink(simulation) { Rate = Rate, Delay = 0, Queue = Rate * Rtt / 1e9, Loss = loss };
        var flows = milliseconds.Select(rtt => StartLater(simulation, forth, rtt)).ToArray();
        var shares = Shares(simulation, [.. flows.Select(flow => (Func<long>)(() => flow.Receiver.NewBytes))]);
        var jain = shares.Sum() * shares.Sum() / (shares.Length * shares.Sum(share => share * share));
        output.WriteLine($"fair flows, loss {loss:P0}: {string.Join(", ", shares.Select(share => $"{share:P1}"))}, Jain {jain:F3}");
        Assert.True(jain >= goal, $"Jain {jain:F3}");
        Assert.True(shares.Sum() >= 0.9, $"{shares.Sum():P1} together");
    }

    /// <summary>Whichever comes first.</summary>
    [Theory]
    [InlineData(true, 1, true, 0.35, 0.25)]
    [InlineData(true, 1, false, 0.35, 0.25)]
    [InlineData(true, 0.25, true, 0.20, 0.25)]
    [InlineData(true, 0.25, false, 0.20, 0.25)]
    [InlineData(true, 4, true, 0.35, 0.25)]
    [InlineData(true, 4, false, 0.35, 0.25)]
    [InlineData(false, 1, true, 0.20, 0.25)]
    public void A_loss_based_flow_keeps_its_share_beside_a_fair_one(bool isCubic, double queue, bool isFirst, double goal, double ourGoal)
    {
        var simulation = new Simulation(6);
        var (forth, back) = Links(simulation, 0);
        forth.Queue *= queue;
        var tcp = new SimTcp(simulation, forth, back, isCubic, isFirst ? 0 : 5 * Simulation.Second);
        simulation.Run(simulation.Now + (isFirst ? 5 * Simulation.Second : 0));
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair);
        simulation.Run(simulation.Now + (isFirst ? 0 : 5 * Simulation.Second));
        var shares = Shares(simulation, () => flow.Receiver.NewBytes, () => tcp.Bytes);
        output.WriteLine($"fair {shares[0]:P1} beside {(isCubic ? "CUBIC" : "Reno")} {shares[1]:P1}, queue {queue}, {(isFirst ? "which was first" : "which came later")}");
        Assert.True(shares[1] >= goal, $"{shares[1]:P1}");
        Assert.True(shares[0] >= ourGoal, $"ours {shares[0]:P1}");
    }

    [Fact]
    public void Low_leaves_the_link_to_a_loss_based_flow()
    {
        var simulation = new Simulation(7);
        var (forth, back) = Links(simulation, 0);
        var tcp = new SimTcp(simulation, forth, back, isCubic: true);
        var flow = SimFlow.Start(simulation, forth, back, terms => new LowControl(terms.Datagram, terms.InitialRtt, 0));
        var shares = Shares(simulation, () => flow.Receiver.NewBytes, () => tcp.Bytes);
        output.WriteLine($"low {shares[0]:P1} beside CUBIC {shares[1]:P1}");
        Assert.True(shares[1] >= 0.9, $"{shares[1]:P1}");
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

    [Fact]
    public void Fair_alone_fills_no_deep_queue()
    {
        var simulation = new Simulation(9);
        var (forth, back) = Links(simulation, 0);
        forth.Queue *= 4;
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair);
        simulation.Run(simulation.Now + (5 * Simulation.Second));
        var delays = new List<long>();
        for (var i = 0; i < 2000; i++)
        {
            simulation.Run(simulation.Now + (10 * Simulation.Millisecond));
            delays.Add(forth.QueueDelay);
        }

        delays.Sort();
        output.WriteLine($"95 % of the queue delays below {delays[1900] / 1e6:F1} ms; {flow.Sender.Sender.Measure.Lost} lost");
        Assert.InRange(delays[1900], 0, Rtt);
    }

    /// <summary>A flow over a shared link and a way back of its own, which makes its round trip; the next one starts two seconds later.</summary>
    private static SimFlow StartLater(Simulation simulation, SimLink forth, int milliseconds)
    {
        var flow = SimFlow.Start(simulation, forth, new SimLink(simulation) { Rate = Rate, Delay = milliseconds * Simulation.Millisecond }, GoalTests.Fair);
        simulation.Run(simulation.Now + (2 * Simulation.Second));
        return flow;
    }

    private static (SimLink Forth, SimLink Back) Links(Simulation simulation, double loss) =>
        (new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2, Queue = Rate * Rtt / 1e9, Loss = loss }, new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2 });

    /// <summary>Of the IP rate, after ten seconds.</summary>
    private static double[] Shares(Simulation simulation, params Func<long>[] counts)
    {
        simulation.Run(simulation.Now + (10 * Simulation.Second));
        var before = counts.Select(count => count()).ToArray();
        simulation.Run(simulation.Now + (Seconds * Simulation.Second));
        return [.. counts.Select((count, i) => (count() - before[i]) / Rate / Seconds)];
    }
}
