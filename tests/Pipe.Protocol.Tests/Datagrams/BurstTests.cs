using Pipe.Protocol.Datagrams;
using Xunit.Abstractions;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>Like single losses, bursts of losses are not congestion: 5 % on a link of 300 Mbit/s and 60 ms.</summary>
public class BurstTests(ITestOutputHelper output)
{
    private const double Rate = 300e6 / 8;
    private const double Share = 0.05;
    private const int Runs = 9;

    /// <summary>The ideal is 1.2 s. The last fragments are slow: while they are lost, few other datagrams are sent that could end the burst.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(30)]
    public void A_copy_takes_no_longer_because_losses_come_in_bursts(int length)
    {
        var times = Enumerable.Range(1, Runs).Select(seed => Seconds(seed, length)).Order().ToList();
        output.WriteLine($"bursts of {length}: {string.Join(" ", times.Select(time => $"{time:F1}"))}");
        Assert.True(times[Runs / 2] < 2 && times[^1] < 12, string.Join(" ", times));
    }

    private static double Seconds(int seed, double length)
    {
        var simulation = new Simulation(seed);
        var forth = new SimLink(simulation)
        {
            Rate = Rate,
            Delay = 30 * Simulation.Millisecond,
            Queue = Rate * 0.06,
            BurstStart = Share / (length * (1 - Share)),
            BurstEnd = 1 / length,
            LosesAllInBurst = true,
        };
        var back = new SimLink(simulation) { Rate = Rate, Delay = 30 * Simulation.Millisecond, Queue = Rate * 0.06 };
        var flow = SimFlow.Start(simulation, forth, back, GoalTests.Fair, blocks: 40, slots: 128);
        var start = simulation.Now;
        simulation.Run(start + (60 * Simulation.Second), () => flow.Sender.IsDone);
        return (simulation.Now - start) / 1e9;
    }
}
