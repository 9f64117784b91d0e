using System.Diagnostics;
using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>The goals on a link of 500 Mbit/s and 100 ms, in simulated time: the same on every machine. Shares are of the IP rate.</summary>
public class GoalTests(ITestOutputHelper output)
{
    private const double Rate = 500e6 / 8;
    private const long Rtt = 100 * Simulation.Millisecond;
    private const double Bdp = Rate * Rtt / 1e9;

    [Theory]
    [InlineData(0, 0.90)]
    [InlineData(0.001, 0.895)]
    [InlineData(0.01, 0.87)]
    [InlineData(0.05, 0.79)]
    public void Fair_uses_a_long_link_in_spite_of_random_loss(double loss, double goal)
    {
        var share = Share(loss, terms => Fair(terms), 20, out var flow);
        Report($"fair, loss {loss:P1}", share, flow);
        Assert.True(share >= goal, $"{share:P1} of the IP rate, not {goal:P1}");
        var measure = flow.Sender.Sender.Measure;
        var redundancy = (measure.SentBytes - flow.Sender.Sender.BytesInFlight) / (double)measure.ArrivedBytes;
        Assert.True(redundancy <= 1 + (1.1 * loss) + 0.005, $"sent {redundancy:F3} times what arrived");
    }

    [Theory]
    [InlineData(0, 0.97)]
    [InlineData(0.01, 0.97)]
    [InlineData(0.05, 0.95)]
    public void Fixed_delivers_the_rate_that_was_asked_for(double loss, double goal)
    {
        var share = Share(loss, terms => new FixedControl(Rate * 0.8, terms.Datagram), 10, out var flow) / 0.8 * 1500 / 1472;
        Report($"fixed 400 Mbit/s, loss {loss:P1}", share, flow);
        Assert.InRange(share, goal, 1.03);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void A_hundred_mebibytes_from_cold_take_at_most_2700_ms(double loss)
    {
        var simulation = new Simulation(2);
        var (forth, back) = Links(simulation, loss);
        var flow = SimFlow.Start(simulation, forth, back, Fair, blocks: 100, slots: 128);
        var start = simulation.Now;
        simulation.Run(start + (20 * Simulation.Second), () => flow.Sender.IsDone);
        var took = (simulation.Now - start) / 1e9;
        output.WriteLine($"100 MiB, loss {loss:P0}: {took:F2} s");

        // 1.8 s is ideal.
        Assert.True(took <= 2.7, $"{took:F2} s");
    }

    /// <summary>At 1 % loss on 100 Mbit/s, whatever the round trip.</summary>
    [Theory]
    [InlineData(1, 0.85)]
    [InlineData(20, 0.85)]
    [InlineData(400, 0.85)]
    [InlineData(800, 0.8)]
    public void Fair_uses_a_lossy_link_of_any_length(int milliseconds, double goal)
    {
        const double rate = 100e6 / 8;
        var simulation = new Simulation(5);
        var delay = milliseconds * Simulation.Millisecond / 2;
        var (forth, back) = (new SimLink(simulation) { Rate = rate, Delay = delay, Loss = 0.01, Queue = Math.Max(rate * milliseconds / 1000, 60_000) }, new SimLink(simulation) { Rate = rate, Delay = delay });
        var flow = SimFlow.Start(simulation, forth, back, Fair, blockSize: _ => 1 << 18, slots: 512);
        simulation.Run(simulation.Now + (3 * Simulation.Second) + (20 * delay));
        var before = flow.Receiver.NewBytes;
        simulation.Run(simulation.Now + (20 * Simulation.Second));
        var share = (flow.Receiver.NewBytes - before) / rate / 20;
        output.WriteLine($"fair, 1 % lost, {milliseconds} ms: {share:P1}");
        Assert.True(share >= goal, $"{share:P1}");
    }

    internal static FairControl Fair(DatagramTerms terms) => new(terms.Datagram, terms.InitialRtt, 0, terms.Random);

    private static (SimLink Forth, SimLink Back) Links(Simulation simulation, double loss) =>
        (new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2, Queue = Bdp, Loss = loss }, new SimLink(simulation) { Rate = Rate, Delay = Rtt / 2, Queue = Bdp });

    private double Share(double loss, Func<DatagramTerms, ICongestionControl> control, int seconds, out SimFlow flow)
    {
        var simulation = new Simulation(1);
        var (forth, back) = Links(simulation, loss);
        var started = flow = SimFlow.Start(simulation, forth, back, control, slots: 256);
        var watch = Stopwatch.StartNew();
        simulation.Run(simulation.Now + (3 * Simulation.Second));
        var (from, at) = (Arrived(started), simulation.Now);
        for (var second = 0; second < seconds; second++)
        {
            var before = Arrived(started);
            simulation.Run(simulation.Now + Simulation.Second);
            var sender = started.Sender.Sender;
            output.WriteLine($"{second,3} s: {(Arrived(started) - before) / Rate:P1}, {sender.Limit}, in flight {sender.BytesInFlight / Bdp:F2} BDP, {(sender.Congestion is FairControl fair ? $"{fair.Phase} background {fair.Background:P2} window {fair.Window / Bdp:F2} bw {fair.Path.MaxBandwidth / Rate:P1} short {fair.Path.ShortBandwidth / Rate:P1} long {fair.Path.LongInFlight / Bdp:F2}" : "")}");
        }

        output.WriteLine($"simulated in {watch.Elapsed.TotalSeconds:F2} s, {started.Sender.Sender.Measure.Sent} datagrams");
        return (Arrived(started) - from) * 1e9 / (simulation.Now - at) / Rate;
    }

    private static double Arrived(SimFlow flow) => flow.Receiver.NewBytes;

    private void Report(string what, double share, SimFlow flow)
    {
        var measure = flow.Sender.Sender.Measure;
        output.WriteLine($"{what}: {share:P1}; sent {measure.Sent}, repeated {measure.Repeated}, lost {measure.Lost}, spurious {measure.Spurious}, probe timeouts {measure.ProbeTimeouts}, acks {measure.Acks}, feedback {flow.Receiver.ControlBytes * 1073741824.0 / Math.Max(1, flow.Receiver.NewBytes) / 1e6:F2} MB/GiB");
    }
}
