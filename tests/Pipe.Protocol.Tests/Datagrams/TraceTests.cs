using System.Globalization;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>
/// What the emulator of tests/lab wrote down of a link, and what the program moved over it: the simulator gives the same. The row trace of
/// tests/bench/run makes such a file, and names it in PIPE_TRACE; without that it is the recorded one.
/// </summary>
public class TraceTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;

    [Fact]
    public void The_simulator_gives_the_goodput_of_the_emulator()
    {
        var trace = File.ReadLines(Environment.GetEnvironmentVariable("PIPE_TRACE") ?? Repository.PathOf("tests/vectors/datagrams.trace"))
            .Select(line => line.Split(' ')).ToLookup(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
        var measured = trace["goodput"].Single();
        var simulated = Replay(trace, trace["settle"].Single(), trace["seconds"].Single());
        output.WriteLine($"emulator {measured:F0} bytes a second, simulator {simulated:F0}: {simulated / measured:F3}");
        Assert.InRange(simulated / measured, 1 - Tolerance, 1 + Tolerance);
    }

    /// <summary>Bytes a second in this many seconds after the first ones.</summary>
    private static double Replay(ILookup<string, double> trace, double settle, double seconds)
    {
        var simulation = new Simulation(1);
        var (rate, delay, queue) = (trace["rate"].Single(), (long)trace["delay"].Single(), trace["queue"].Single());
        var (lost, count) = (trace["lost"].ToHashSet(), 0.0);
        var forth = new SimLink(simulation) { Rate = rate, Delay = delay, Queue = queue, Loses = _ => lost.Contains(++count) };
        var flow = SimFlow.Start(simulation, forth, new SimLink(simulation) { Rate = rate, Delay = delay, Queue = queue }, GoalTests.Fair, slots: 256);
        simulation.Run(simulation.Now + (long)(settle * 1e9));
        var before = flow.Receiver.NewBytes;
        simulation.Run(simulation.Now + (long)(seconds * 1e9));
        return (flow.Receiver.NewBytes - before) / seconds;
    }
}
