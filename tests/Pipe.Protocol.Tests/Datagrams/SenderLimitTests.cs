using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>The limit that a sender reports, in simulated time.</summary>
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

    /// <summary>4 MiB in 400 ms are less than the link carries.</summary>
    [Theory]
    [InlineData(4, 64)]
    [InlineData(64, 4)]
    public void A_window_in_flight_is_a_buffer_that_is_too_small(int slots, int window)
    {
        var counts = Count(linkRate: 50_000_000, sinkRate: 0, slots, window, delay: 200, rate: 40_000_000);
        Assert.True(counts.GetValueOrDefault("buffer") > counts.Values.Sum() / 2, string.Join(", ", counts));
    }

    [Fact]
    public void A_slow_sink_on_a_long_link_is_the_limit()
    {
        var counts = Count(linkRate: 25_000_000, sinkRate: 2_500_000, slots: 16, delay: 50);
        Assert.True(counts.GetValueOrDefault("receiver") > counts.Values.Sum() / 2, string.Join(", ", counts));
    }

    [Fact]
    public void A_slow_source_is_the_limit_though_all_that_it_gave_is_in_flight()
    {
        var counts = Count(linkRate: 25_000_000, sinkRate: 0, slots: 64, delay: 100, sourceRate: 2_000_000);
        Assert.True(counts.GetValueOrDefault("source") > counts.Values.Sum() / 2, string.Join(", ", counts));
    }

    /// <summary>The limit in each of 1000 moments of ten seconds, at a fixed rate, by default of 100 Mbit/s.</summary>
    private static Dictionary<string, int> Count(
        double linkRate, double sinkRate, int slots, int window = 0, int delay = 5, double rate = 12_500_000, double sourceRate = 0)
    {
        var simulation = new Simulation(3);
        var time = delay * Simulation.Millisecond;
        SimLink forth = new(simulation) { Rate = linkRate, Delay = time }, back = new(simulation) { Delay = time };
        var flow = SimFlow.Start(
            simulation, forth, back, terms => new FixedControl(rate, terms.Datagram), slots: slots, sinkRate: sinkRate, sourceRate: sourceRate, window: window);
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
