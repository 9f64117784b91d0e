using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>From what a sender's threads wait for and its lanes measure to what limits it.</summary>
public sealed class BottleneckSearchTests
{
    private const long Tick = 1_000_000;
    private readonly SendTimes _times = new();

    [Theory]
    [InlineData(SendTime.Source, Bottleneck.Source)]
    [InlineData(SendTime.Rate, Bottleneck.Rate)]
    [InlineData(SendTime.Digest, Bottleneck.Processor)]
    [InlineData(SendTime.Lane, Bottleneck.Network)]
    [InlineData(SendTime.Window, Bottleneck.Network)]
    internal void What_takes_most_of_the_time_decides(SendTime most, Bottleneck expected)
    {
        foreach (var use in Enum.GetValues<SendTime>())
        {
            Spend(use, use == most ? 10 : 1);
        }

        Assert.Equal(expected, Find(Tcp(busy: 14)));
    }

    [Theory]
    [InlineData(SendTime.Lane, 10, 0, 6, 0, 1, Bottleneck.Sink)]
    [InlineData(SendTime.Lane, 10, 6, 0, 0, 1, Bottleneck.SocketBuffer)]
    [InlineData(SendTime.Lane, 10, 0, 0, 100, 1, Bottleneck.CongestionControl)]
    [InlineData(SendTime.Lane, 10, 0, 0, 100, 2, Bottleneck.Network)]
    [InlineData(SendTime.Window, 4, 0, 0, 0, 1, Bottleneck.Sink)]
    [InlineData(SendTime.Window, 9, 0, 0, 0, 1, Bottleneck.Network)]
    internal void The_kernel_tells_what_holds_up_a_connection(SendTime use, int busy, int here, int there, int lost, int queue, Bottleneck expected)
    {
        Spend(use, 10);
        Assert.Equal(expected, Find(Tcp(busy, here, there, lost, queue)));
    }

    [Theory]
    [InlineData(SendTime.Lane, Bottleneck.CongestionControl, Bottleneck.CongestionControl)]
    [InlineData(SendTime.Lane, Bottleneck.Sink, Bottleneck.Sink)]
    [InlineData(SendTime.Window, Bottleneck.Source, Bottleneck.Sink)]
    [InlineData(SendTime.Source, Bottleneck.Source, Bottleneck.Source)]
    internal void A_datagram_lane_tells_itself(SendTime use, Bottleneck lane, Bottleneck expected)
    {
        Spend(use, 10);
        Assert.Equal(expected, Find(new LaneMeasure(1000, 1000, 1, 1, 0) { Limit = lane }));
    }

    [Fact]
    public void Without_a_data_lane_nothing_is_known()
    {
        Spend(SendTime.Source, 10);
        Assert.Equal(Bottleneck.Unknown, BottleneckSearch.Find(_times, [], Stopwatch.Frequency));
    }

    [Fact]
    public void Times_add_up()
    {
        var since = Stopwatch.GetTimestamp() - 1000;
        var now = _times.Add(SendTime.Lane, since);
        Assert.True(_times[SendTime.Lane] >= 1000 && now - since == _times[SendTime.Lane]);
    }

    private Bottleneck Find(LaneMeasure lane) => BottleneckSearch.Find(_times, [lane], Stopwatch.Frequency);

    private void Spend(SendTime use, int seconds) => _times.Add(use, Stopwatch.GetTimestamp() - (seconds * Stopwatch.Frequency));

    private static LaneMeasure Tcp(int busy, int here = 0, int there = 0, int lost = 0, int queue = 1) =>
        new(1000, 1000 * queue, 10_000, busy * Tick, (here + there) * Tick, 0, lost) { ReceiverLimited = there * Tick };
}
