using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>What a sender takes for its limit, in simulated time.</summary>
public class SenderLimitTests
{
    [Fact]
    public void A_fixed_rate_beyond_the_link_is_not_limited_by_the_receiver()
    {
        var counts = Count(linkRate: 2_500_000, sinkRate: 0, slots: 64);
        Assert.True(counts.GetValueOrDefault("brake") + counts.GetValueOrDefault("loss") > counts.Values.Sum() / 2, string.Join(", ", counts));
    }

    [Fact]
    public void A_slow_sink_is_the_limit()
    {
        var counts = Count(linkRate: 25_000_000, sinkRate: 1_000_000, slots: 8);
        Assert.True(counts.GetValueOrDefault("receiver") > counts.Values.Sum() / 2, string.Join(", ", counts));
    }

    /// <summary>The limit in each of 1000 moments of ten seconds, at a fixed rate of 100 Mbit/s.</summary>
    private static Dictionary<string, int> Count(double linkRate, double sinkRate, int slots)
    {
        var simulation = new Simulation(3);
        SimLink forth = new(simulation) { Rate = linkRate }, back = new(simulation);
        var flow = SimFlow.Start(simulation, forth, back, terms => new FixedControl(12_500_000, terms.Datagram), slots: slots, sinkRate: sinkRate);
        var counts = new Dictionary<string, int>();
        for (var moment = 0; moment < 1000; moment++)
        {
            simulation.Run(simulation.Now + (10 * Simulation.Millisecond));
            var limit = flow.Sender.Sender.Limit;
            counts[limit] = counts.GetValueOrDefault(limit) + 1;
        }

        return counts;
    }
}
