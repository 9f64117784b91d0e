using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>From the limit of a sender of datagrams to the word at the end of a copy.</summary>
public sealed class DatagramBottleneckTests
{
    private const int Sent = 10_000;

    [Theory]
    [InlineData("", 0, false, Bottleneck.Unknown)]
    [InlineData("source", 0, false, Bottleneck.Source)]
    [InlineData("source", 0, true, Bottleneck.Source)]
    [InlineData("receiver", 0, false, Bottleneck.Sink)]
    [InlineData("receiver", 0, true, Bottleneck.Sink)]
    [InlineData("buffer", 0, true, Bottleneck.SocketBuffer)]
    [InlineData("ceiling", 0, true, Bottleneck.Rate)]
    [InlineData("brake", 0, false, Bottleneck.CongestionControl)]
    [InlineData("startup", 0, false, Bottleneck.CongestionControl)]
    [InlineData("loss", 0, false, Bottleneck.CongestionControl)]
    [InlineData("loss", 0, true, Bottleneck.Processor)]
    [InlineData("bandwidth", 0, false, Bottleneck.Network)]
    [InlineData("delay", 0, false, Bottleneck.Network)]
    [InlineData("bandwidth", 0, true, Bottleneck.Processor)]
    [InlineData("bandwidth", 100, false, Bottleneck.Network)]
    [InlineData("bandwidth", 101, false, Bottleneck.SocketBuffer)]
    [InlineData("receiver", 101, true, Bottleneck.SocketBuffer)]
    internal void Each_cause_has_a_name(string cause, int drops, bool isSleepless, Bottleneck expected) =>
        Assert.Equal(expected, DatagramBottleneck.Of(cause, drops, Sent, isSleepless));

    /// <summary>Every word of the state machines is known here.</summary>
    [Fact]
    public void The_words_of_the_congestion_controls_are_among_them()
    {
        Assert.Equal("startup", new FairControl(1472, 1_000_000, 0, _ => { }).Limit);
        Assert.Equal("ceiling", new FairControl(1472, 1_000_000, 1, _ => { }).Limit);
        Assert.Equal("ceiling", new FixedControl(1, 1472).Limit);
        Assert.Equal("bandwidth", new LowControl(1472, 1_000_000, 0).Limit);
    }
}
