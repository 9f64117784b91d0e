using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class DispatcherTests : IDisposable
{
    private readonly Wire _wire = new();
    private readonly Mailbox _mailbox = new();
    private readonly ControlLane _lane;

    public DispatcherTests() => _lane = new ControlLane(_wire.Channel, Limits.MinBlock);

    public void Dispose()
    {
        _lane.Dispose();
        _wire.Dispose();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Unknown_messages_from_128_on_are_ignored_and_those_below_are_not()
    {
        Start(Role.Receiver);
        foreach (var type in (byte[])[190, 200, 255, (byte)MessageType.Ping, (byte)MessageType.Want])
        {
            Say((MessageType)type, type == (byte)MessageType.Ping ? new byte[24] : [1, 2, 3]);
        }

        var received = Assert.IsType<SessionEvent.Received>(await Next());
        Assert.Equal(MessageType.Want, received.Type);
        Assert.Equal([1, 2, 3], received.Payload);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)MessageType.Warning)]
    [InlineData((byte)MessageType.Total)]
    public async Task Messages_that_may_be_ignored_are_not_where_they_are_known(byte type)
    {
        Start(Role.Sender, Side.Initiator);
        await ComesIn(type);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)MessageType.Transports)]
    [InlineData((byte)MessageType.DatagramPolicy)]
    public async Task Those_of_the_initiator_neither(byte type)
    {
        Start(Role.Sender);
        await ComesIn(type);
    }

    private async Task ComesIn(byte type)
    {
        Say((MessageType)type, [1, 2, 3]);

        Assert.Equal(type, (byte)Assert.IsType<SessionEvent.Received>(await Next()).Type);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_is_for_the_user_is_ignored_where_there_is_none()
    {
        Start(Role.Receiver);
        Say(MessageType.Warning, [1, 2, 3]);
        Say(MessageType.Total, [1, 2, 3]);
        Say(MessageType.Want, []);

        Assert.Equal(MessageType.Want, Assert.IsType<SessionEvent.Received>(await Next()).Type);
    }

    /// <summary>In the order of the wire, whatever the session has come to meanwhile.</summary>
    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)SessionState.Greeting, "Block while Greeting")]
    [InlineData((byte)SessionState.Agreeing, "Block while Agreeing")]
    [InlineData((byte)SessionState.Lost, "Block while Lost")]
    [InlineData((byte)SessionState.Done, "Block while Done")]
    public async Task A_block_is_refused_before_and_after_blocks_travel_and_nothing_comes_after_it(byte state, string fault)
    {
        Start(Role.Receiver, state: (SessionState)state);
        Say(MessageType.Block, Block(5));
        Say(MessageType.Hello, []);
        _wire.ToChannel.Dispose();

        Assert.Equal(fault, Assert.IsType<SessionEvent.Refused>(await Next()).Fault);
        Assert.IsType<SessionEvent.ControlEnded>(await Next());
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)Side.Initiator, (byte)MessageType.Offer)]
    [InlineData((byte)Side.Initiator, (byte)MessageType.Resume)]
    [InlineData((byte)Side.Initiator, (byte)MessageType.Reach)]
    [InlineData((byte)Side.Responder, (byte)MessageType.Accept)]
    [InlineData((byte)Side.Responder, (byte)MessageType.Resumed)]
    [InlineData((byte)Side.Responder, (byte)MessageType.Reached)]
    public async Task What_only_the_other_side_may_be_told_is_refused_in_every_state(byte side, byte type)
    {
        foreach (var state in (SessionState[])[SessionState.Greeting, SessionState.Agreeing, SessionState.Moving, SessionState.Completing, SessionState.Lost])
        {
            var mailbox = new Mailbox();
            new Dispatcher(mailbox, _lane, new ChannelStart((Side)side, Role.Receiver, state)).Dispatch((MessageType)type, []);
            Assert.Equal($"{(MessageType)type} while {state}", Assert.IsType<SessionEvent.Refused>(await mailbox.TakeAsync()).Fault);
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_responder_learns_its_role_from_the_offer()
    {
        Start(Role.Receiver, state: SessionState.Agreeing);
        _wire.Say(Frame.Pack(Offers.Make() with { Role = Role.Sender }));
        Say(MessageType.Have, []);
        Say(MessageType.Block, Block(5));

        Assert.Equal(MessageType.Offer, Assert.IsType<SessionEvent.Received>(await Next()).Type);
        Assert.Equal(MessageType.Have, Assert.IsType<SessionEvent.Received>(await Next()).Type);
        Assert.Equal("Block while Moving", Assert.IsType<SessionEvent.Refused>(await Next()).Fault);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_sign_of_life_that_makes_no_sense_ends_the_channel()
    {
        Start(Role.Receiver);
        Say(MessageType.Ping, [1]);

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact]
    public void Blocks_that_nobody_took_are_freed_with_their_lane()
    {
        const int lanes = 40, each = 10;
        var before = Reserved();
        for (var i = 0; i < lanes; i++)
        {
            using var lane = new ControlLane(_wire.Channel, Limits.MaxBlock);
            for (var j = 0; j < each; j++)
            {
                lane.Deliver(Block(5));
            }
        }

        // Other tests run meanwhile, but none of them needs that much.
        Assert.InRange(Reserved() - before, long.MinValue, (long)lanes * each * Limits.MaxBlock / 2);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Blocks_go_to_lane_0()
    {
        Start(Role.Receiver);
        Say(MessageType.Block, Block(5));
        using var slab = new Slab(Limits.MinBlock);

        var header = await Limit.Of(() =>
        {
            Assert.Equal(Arrival.Block, _lane.Receive(slab, out var received, out _));
            return received;
        });
        Assert.Equal(5, header.Length);
        Assert.Equal(Enumerable.Repeat((byte)7, 5), slab.Payload[..5].ToArray());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Acknowledgements_go_to_lane_0()
    {
        Start(Role.Sender);
        _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 9)));
        var ack = await Limit.Of(() =>
        {
            Assert.True(_lane.ReceiveAck(out var received));
            return received;
        });

        Assert.Equal(9UL, ack.Index);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_sends_more_blocks_than_fit_is_refused_and_those_that_fit_are_not()
    {
        Start(Role.Receiver);
        for (var i = 0; i < Limits.InlineWindow; i++)
        {
            Say(MessageType.Block, Block(5));
        }

        Say(MessageType.Want, []);
        Assert.IsType<SessionEvent.Received>(await Next());

        for (var i = 0; i < 2; i++)
        {
            Say(MessageType.Block, Block(5));
        }

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_sends_more_acknowledgements_than_there_can_be_is_refused()
    {
        Start(Role.Sender);
        for (var i = 0; i < (2 * Limits.InlineWindow) + 2; i++)
        {
            _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 0)));
        }

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_acknowledgement_from_the_sender_is_refused()
    {
        Start(Role.Receiver);
        _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 0)));

        Assert.Equal("Ack while Moving", Assert.IsType<SessionEvent.Refused>(await Next()).Fault);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_from_the_receiver_is_refused()
    {
        Start(Role.Sender);
        Say(MessageType.Block, Block(5));

        Assert.Equal("Block while Moving", Assert.IsType<SessionEvent.Refused>(await Next()).Fault);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(0)]
    [InlineData(79)]
    [InlineData(84)]
    [InlineData(86)]
    public async Task A_block_whose_message_has_another_length_is_refused(int length)
    {
        var message = new byte[length];
        Block(5).AsSpan(0, Math.Min(length, 85)).CopyTo(message);

        Start(Role.Receiver);
        Say(MessageType.Block, message);

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_larger_than_was_agreed_on_is_refused()
    {
        Start(Role.Receiver);
        Say(MessageType.Block, Block(Limits.MinBlock));
        using var slab = new Slab(Limits.MinBlock - 1);

        await Assert.ThrowsAsync<ProtocolException>(() => Limit.Of(() => _lane.Receive(slab, out _, out _)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Shutting_lane_0_lets_both_its_threads_go()
    {
        using var slab = new Slab(Limits.MinBlock);
        var blocks = Limit.Of(() => _lane.Receive(slab, out _, out _));
        var acks = Limit.Of(() => _lane.ReceiveAck(out _));

        _lane.Shutdown();

        Assert.Equal(Arrival.End, await blocks);
        Assert.False(await acks);
    }

    private static byte[] Block(int length)
    {
        var message = new byte[BlockHeader.Size + length];
        BlockHeader.Data(0, length, 0, default).Write(message);
        message.AsSpan(BlockHeader.Size).Fill(7);
        return message;
    }

    /// <summary>Bytes of address space.</summary>
    private static long Reserved() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private void Start(Role role, Side side = Side.Responder, SessionState state = SessionState.Moving)
    {
        var dispatcher = new Dispatcher(_mailbox, _lane, new ChannelStart(side, role, state));
        _wire.Channel.Start(dispatcher.Dispatch, cause => _mailbox.Post(new SessionEvent.ControlEnded(_wire.Channel, cause)));
        _wire.Say(Frame.Marker);
    }

    private Task<SessionEvent> Next() => _mailbox.TakeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    private void Say(MessageType type, byte[] payload)
    {
        var framed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(framed, Frame.Size);
        Frame.Seal(framed, type);
        _wire.Say(framed);
    }
}
