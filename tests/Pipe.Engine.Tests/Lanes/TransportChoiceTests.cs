using Pipe.Protocol;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>When lanes change from one transport to the other, and when they come back.</summary>
public sealed class TransportChoiceTests
{
    private readonly TransportChoice _choice = new();
    private long _now = 1_000_000;
    private long _delivered;
    private long _lost;

    [Fact]
    public void Datagrams_stay_on_a_long_link_that_loses_some()
    {
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Null(Pass(Transports.Udp, rate: 60e6, loss: 0.1)));
    }

    [Fact]
    public void Connections_stay_on_a_short_link_that_loses_nothing()
    {
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Null(Pass(Transports.Tcp, rate: 1e9, loss: 0.001, roundTrip: 100)));
    }

    [Fact]
    public void A_short_link_gets_connections_as_soon_as_it_is_measured()
    {
        Assert.Null(Pass(Transports.Udp, rate: 0, loss: 0, roundTrip: 0, microseconds: 100_000));
        Assert.Equal(Transports.Tcp, Pass(Transports.Udp, rate: 60e6, loss: 0, roundTrip: 1999, microseconds: 100_000));
        Assert.Equal("a round trip takes 1999 us", _choice.Reason);
    }

    [Fact]
    public void Loss_that_lasts_has_the_other_transport_tried()
    {
        Assert.Null(Pass(Transports.Udp, rate: 1e6, loss: 0.3));
        Assert.Null(Pass(Transports.Udp, rate: 1e6, loss: 0.1));
        Assert.Null(Pass(Transports.Udp, rate: 1e6, loss: 0.3));
        Assert.Equal(Transports.Tcp, Pass(Transports.Udp, rate: 1e6, loss: 0.3));
    }

    [Fact]
    public void Loss_has_connections_followed_by_datagrams()
    {
        Assert.Null(Pass(Transports.Tcp, rate: 1e6, loss: 0.05));
        Assert.Equal(Transports.Udp, Pass(Transports.Tcp, rate: 1e6, loss: 0.05));
    }

    [Theory]
    [InlineData(0.5e6, true)]
    [InlineData(2e6, false)]
    public void The_faster_one_stays_for_good(double rateAfter, bool comesBack)
    {
        Loss_has_connections_followed_by_datagrams();
        Assert.Null(Pass(Transports.Udp, 0.1e6, 0));
        Assert.Null(Pass(Transports.Udp, rateAfter, 0));
        Assert.Equal(comesBack ? Transports.Tcp : null, Pass(Transports.Udp, rateAfter, 0));
        var left = comesBack ? Transports.Tcp : Transports.Udp;
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Null(Pass(left, 0.1e6, 0.5)));
    }

    [Fact]
    public void A_source_that_pauses_proves_nothing()
    {
        Assert.Null(Pass(Transports.Udp, rate: 1e6, loss: 0));
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Null(Pass(Transports.Udp, rate: 0, loss: 0)));
    }

    /// <summary>The transport to change to after some more time at that rate.</summary>
    private string? Pass(string transport, double rate, double loss, long roundTrip = 60_000, long microseconds = 2_000_000)
    {
        var atOnce = _choice.Judge(transport, [Lane(roundTrip)], _now);
        _now += microseconds;
        _delivered += (long)(rate * microseconds / 1e6);
        _lost += (long)(rate * loss / (1 - loss) * microseconds / 1e6);
        return atOnce ?? _choice.Judge(transport, [Lane(roundTrip)], _now);
    }

    private LaneMeasure Lane(long roundTrip) => new(roundTrip, roundTrip, _delivered, 0, 0, 0, _lost);
}
