using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>Which lanes a receiver makes over which transport, and how it names the way.</summary>
public sealed class LaneManagerTests : IDisposable
{
    private readonly Wire _wire = new();
    private readonly Mailbox _mailbox = new();
    private readonly Tally _tally = new();
    private readonly RecordedTransport _udp = new(Transports.Udp, 1);
    private readonly RecordedTransport _tcp = new(Transports.Tcp, Limits.MaxLanes);
    private readonly Offer _offer = Offers.Make();
    private readonly RecordingSink _sink = new(1, isOrdered: false);
    private readonly Peer _peer;
    private readonly ReceiverPump _pump;
    private readonly LaneAcceptors _acceptors;
    private readonly LaneTerms _terms;

    public LaneManagerTests()
    {
        _peer = new Peer(new Link(_wire.Channel, _mailbox, ChannelStart.Responder, _tally, 30, "far"), _mailbox, "far");
        _pump = new ReceiverPump(_mailbox, _sink, _offer, -1, Limits.MinBlock, _tally);
        _terms = new LaneTerms(_offer) { Joined = _ => { }, Failed = (_, _) => { } };
        _acceptors = new LaneAcceptors([_udp, _tcp], _terms);
    }

    public void Dispose()
    {
        _pump.Close();
        _acceptors.Dispose();
        _peer.Dispose();
        _wire.Dispose();
        _sink.Dispose();
    }

    /// <summary>A lane that cannot be replaced lets the other transport be tried; it is not in use before a lane of it is there.</summary>
    [Fact]
    public void The_way_is_that_of_the_lanes_that_exist()
    {
        var lanes = Make(isInitiator: true);
        Join(lanes, 1, Transports.Tcp);
        lanes.Handle(new SessionEvent.NoWay([2], "refused"));
        Assert.Equal("direct", lanes.Used);

        Join(lanes, 1, Transports.Udp);
        Assert.Equal("direct udp", lanes.Used);
    }

    [Fact]
    public void Only_data_lanes_have_a_limit()
    {
        var lanes = Make(isInitiator: true);
        lanes.Watch.On(new Limited(Bottleneck.Network));
        Assert.Equal(Bottleneck.Unknown, lanes.Limit);

        Join(lanes, 1, Transports.Tcp);
        Assert.Equal(Bottleneck.Network, lanes.Limit);
    }

    [Theory]
    [InlineData(true, "no answer to datagrams")]
    [InlineData(false, "the other side does not listen for udp")]
    public void The_reason_for_not_using_datagrams_is_reported(bool isBlockedLater, string reason)
    {
        var ear = new Channels();
        var lanes = new LaneManager(_mailbox, _peer, _pump, _terms, _acceptors, _tally, ear, isInitiator: true);
        if (isBlockedLater)
        {
            var lane = Join(lanes, 1, Transports.Udp);
            lanes.Handle(new SessionEvent.LaneEnded(lane, new IOException("silent")));
            lanes.Handle(new SessionEvent.NoWay([1], reason));
        }
        else
        {
            lanes.On(ListeningFor(Transports.Tcp));
        }

        Join(lanes, 1, Transports.Tcp);
        Assert.Equal(("direct", reason), ear.Last);
    }

    /// <summary>The other side sends the data, and has chosen.</summary>
    [Theory]
    [InlineData(false, "5 % is lost")]
    [InlineData(true, "5 % is lost")]
    public void The_reason_of_the_other_side_is_reported(bool isReverse, string reason)
    {
        var ear = new Channels();
        var terms = isReverse ? _terms with { Offer = _offer with { ConnectMode = ConnectMode.Reverse } } : _terms;
        var lanes = new LaneManager(_mailbox, _peer, _pump, terms, _acceptors, _tally, ear, isInitiator: true);
        var lane = Join(lanes, 1, Transports.Tcp);
        lanes.Handle(new SessionEvent.LaneEnded(lane, null));
        if (isReverse)
        {
            lanes.On(new Widen(1, Transports.Udp));
        }
        else
        {
            lanes.On(ListeningFor(Transports.Udp));
        }

        lanes.On(new Widen(1, reason));
        Join(lanes, 1, Transports.Udp);
        Assert.Equal((isReverse ? "reverse udp" : "direct udp", reason), ear.Last);
    }

    [Fact]
    public void The_reason_for_ssh_is_reported()
    {
        var ear = new Channels();
        var terms = _terms with { Offer = _offer with { ConnectMode = ConnectMode.Ssh }, WhyInline = "none a while ago" };
        new LaneManager(_mailbox, _peer, _pump, terms, _acceptors, _tally, ear, isInitiator: true).Start();
        Assert.Equal(("ssh", "none a while ago"), ear.Last);
    }

    [Fact]
    public void Lanes_to_another_responder_are_of_one_transport_whatever_it_listens_for()
    {
        var lanes = Make(isInitiator: false);
        lanes.On(ReachBy(Transports.Udp));
        var lane = Join(lanes, 1, Transports.Udp);
        lanes.On(ListeningFor(Transports.Udp));
        lanes.On(ListeningFor(Transports.Tcp));
        AssertDialed([1], []);

        // The other responder has chosen, and listens for nothing else.
        lanes.Handle(new SessionEvent.LaneEnded(lane, null));
        lanes.On(ListeningFor(Transports.Tcp));
        AssertDialed([1], [1, 2, 3, 4]);
    }

    [Fact]
    public void A_transport_that_the_other_host_lacks_is_neither_tried_nor_announced_until_it_is_allowed_again()
    {
        var lanes = Make(isInitiator: false);
        lanes.On(new Transports([Transports.Tcp]));
        lanes.On(ReachBy(Transports.Tcp));
        var lane = Join(lanes, 1, Transports.Tcp);
        lanes.Handle(new SessionEvent.NoWay([2, 3, 4], "refused"));
        lanes.Handle(new SessionEvent.LaneEnded(lane, null));
        _tcp.Dialed.Clear();
        lanes.On(ListeningFor(Transports.Tcp));
        AssertDialed([], [1, 2, 3, 4]);
        Assert.Throws<ProtocolException>(() => lanes.On(ReachBy(Transports.Udp)));
    }

    private void AssertDialed(int[] udp, int[] tcp)
    {
        Assert.Equal(udp, _udp.Dialed);
        Assert.Equal(tcp, _tcp.Dialed);
    }

    private static Listening ListeningFor(string transport) => new(9, ["127.0.0.1"], transport);

    private Reach ReachBy(string transport) => new(_offer.Session, _offer.Secret, ListeningFor(transport));

    private LaneManager Make(bool isInitiator) => new(_mailbox, _peer, _pump, _terms, _acceptors, _tally, Unobserved.Instance, isInitiator);

    private sealed class Channels : Unobserved, IObserver
    {
        public (string Way, string Reason) Last { get; private set; }

        void IObserver.Channel(string way, string reason, int lanes) => Last = (way, reason);
    }

    private static SilentLane Join(LaneManager lanes, int number, string transport)
    {
        var lane = new SilentLane(number, transport);
        lanes.Handle(new SessionEvent.Joined(lane));
        return lane;
    }
}
