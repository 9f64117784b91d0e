using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class PostTests : IDisposable
{
    private readonly Wire _wire = new();
    private readonly Mailbox _mailbox = new();
    private readonly ControlLane _lane;

    public PostTests()
    {
        _lane = new ControlLane(_wire.Channel, Limits.MinBlock);
        _wire.Channel.Start(new Post(_mailbox, _lane, relay: null).Sort, cause => _mailbox.Post(new SessionEvent.ControlEnded(_wire.Channel, cause)));
        _wire.Say(Frame.Marker);
    }

    public void Dispose()
    {
        _lane.Dispose();
        _wire.Dispose();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Unknown_messages_from_128_on_are_ignored_and_those_below_are_not()
    {
        foreach (var type in (byte[])[133, 200, 255, (byte)MessageType.Ping, 11])
        {
            Say((MessageType)type, type == (byte)MessageType.Ping ? new byte[24] : [1, 2, 3]);
        }

        var received = Assert.IsType<SessionEvent.Received>(await Next());
        Assert.Equal(11, (byte)received.Type);
        Assert.Equal([1, 2, 3], received.Payload);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)MessageType.Remark)]
    [InlineData((byte)MessageType.Total)]
    public async Task Messages_that_may_be_ignored_are_not_where_they_are_known(byte type)
    {
        Say((MessageType)type, [1, 2, 3]);

        Assert.Equal(type, (byte)Assert.IsType<SessionEvent.Received>(await Next()).Type);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_sign_of_life_that_makes_no_sense_ends_the_channel()
    {
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
    public async Task Blocks_and_acknowledgements_go_to_lane_0()
    {
        Say(MessageType.Block, Block(5));
        using var slab = new Slab(Limits.MinBlock);

        var header = await Limit.Of(() =>
        {
            Assert.Equal(Arrival.Block, _lane.Receive(slab, out var received, out _));
            return received;
        });
        _lane.Send(BlockHeader.Hole(0, 1, 0), slab);
        _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 9)));
        var ack = await Limit.Of(() =>
        {
            Assert.True(_lane.ReceiveAck(out var received));
            return received;
        });

        Assert.Equal(5, header.Length);
        Assert.Equal(Enumerable.Repeat((byte)7, 5), slab.Payload[..5].ToArray());
        Assert.Equal(9UL, ack.Index);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_sends_more_blocks_than_fit_is_refused_and_those_that_fit_are_not()
    {
        for (var i = 0; i < Limits.InlineWindow; i++)
        {
            Say(MessageType.Block, Block(5));
        }

        Say((MessageType)11, []);
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
        using var slab = new Slab(Limits.MinBlock);
        _lane.Send(BlockHeader.Hole(0, 1, 0), slab);
        for (var i = 0; i < (2 * Limits.InlineWindow) + 2; i++)
        {
            _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 0)));
        }

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_acknowledgement_from_the_sender_is_refused()
    {
        _wire.Say(Frame.Pack(new LaneAck(AckKind.Consumed, 0)));

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_from_the_receiver_is_refused()
    {
        using var slab = new Slab(Limits.MinBlock);
        _lane.Send(BlockHeader.Hole(0, 1, 0), slab);
        Say(MessageType.Block, Block(5));

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
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

        Say(MessageType.Block, message);

        Assert.IsType<ProtocolException>(Assert.IsType<SessionEvent.ControlEnded>(await Next()).Cause);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_larger_than_was_agreed_on_is_refused()
    {
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

    private Task<SessionEvent> Next() => _mailbox.TakeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    private void Say(MessageType type, byte[] payload)
    {
        var framed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(framed, Frame.Size);
        Frame.Seal(framed, type);
        _wire.Say(framed);
    }
}
