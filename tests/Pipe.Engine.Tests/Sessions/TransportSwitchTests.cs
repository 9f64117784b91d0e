using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>A sender that prefers the other transport closes its lanes, which do not count as lost.</summary>
public sealed class TransportSwitchTests : IDisposable
{
    private readonly Mailbox _mailbox = new();
    private readonly Offer _offer = Offers.Make();
    private readonly RecordingSink _sink = new(1, isOrdered: false);
    private readonly ReceiverPump _pump;

    public TransportSwitchTests() => _pump = new ReceiverPump(_mailbox, _sink, _offer, -1, Limits.MinBlock, new Tally());

    public void Dispose()
    {
        _pump.Close();
        _sink.Dispose();
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(20_000, false)]
    public void Only_a_lane_of_the_former_transport_is_replaced(long roundTrip, bool isReplaced)
    {
        var way = new LaneWay(_offer, [new RecordedTransport(Transports.Udp, 1), new RecordedTransport(Transports.Tcp, 8)]);
        var terms = new LaneTerms(_offer) { Joined = _ => { }, Failed = (_, _) => { } };
        var choice = new TransportSwitch(new LaneDialer(terms, way, Unobserved.Instance, []), _mailbox, _pump, Unobserved.Instance, isSender: true, isInitiator: true);
        var lane = new SilentLane(1, Transports.Udp) { Measured = new LaneMeasure(roundTrip, roundTrip, 1, 0, 0, 0, 0) };
        _pump.Add(lane);
        choice.Judge(Transports.Udp, TimeSpan.FromSeconds(1));
        Assert.Equal(isReplaced, choice.HasReplaced(lane));
        Assert.False(choice.HasReplaced(new SilentLane(2, Transports.Tcp)));
    }
}
