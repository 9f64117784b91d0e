using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class PeerTests : IDisposable
{
    private readonly Wire _wire = new();
    private readonly Mailbox _mailbox = new();
    private readonly Link _link;

    public PeerTests() => _link = new Link(_wire.Channel, new Mailbox(), new Tally(), 30, "far");

    public void Dispose()
    {
        _link.Dispose();
        _wire.Dispose();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_peer_is_heard_out_in_the_order_of_the_protocol()
    {
        var peer = Peer();
        Say(new Hello(1, 1, 0, "test"));
        Say(new Listening(77, ["::1"]));
        Say(new Accept(new Terms(-1, Terms.NoMode, Limits.MinBlock, 4)));

        Assert.Equal("test", (await peer.ExpectAsync<Hello>()).Program);
        Assert.Equal(4, (await peer.ExpectAsync<Accept>()).Terms.Window);
        Assert.Equal(77, Assert.Single(peer.Listening).Port);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_message_before_the_greeting_is_refused()
    {
        Say(new Accept(new Terms(-1, Terms.NoMode, Limits.MinBlock, 4)));

        await Assert.ThrowsAsync<ProtocolException>(Peer().ExpectAsync<Hello>);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_second_greeting_is_refused()
    {
        var peer = Peer();
        Say(new Hello(1, 1, 0, "test"));
        Say(new Hello(1, 1, 0, "test"));
        await peer.ExpectAsync<Hello>();

        await Assert.ThrowsAsync<ProtocolException>(peer.ExpectAsync<Accept>);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_answer_of_the_other_kind_is_refused()
    {
        var peer = Peer();
        Say(new Hello(1, 1, 0, "test"));
        Say(Offers.Make());
        await peer.ExpectAsync<Hello>();

        await Assert.ThrowsAsync<ProtocolException>(peer.ExpectAsync<Accept>);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)MessageType.Report)]
    [InlineData((byte)MessageType.End)]
    [InlineData((byte)MessageType.Widen)]
    [InlineData(11)]
    [InlineData(127)]
    [InlineData(0)]
    public async Task Whatever_else_comes_before_the_answer_is_refused(byte type)
    {
        var peer = Peer();
        Say(new Hello(1, 1, 0, "test"));
        await peer.ExpectAsync<Hello>();
        _mailbox.Post(new SessionEvent.Received((MessageType)type, []));

        await Assert.ThrowsAsync<ProtocolException>(peer.ExpectAsync<Accept>);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_message_of_the_right_kind_that_makes_no_sense_is_refused()
    {
        _mailbox.Post(new SessionEvent.Received(MessageType.Hello, [1, 2, 3]));

        await Assert.ThrowsAsync<ProtocolException>(Peer().ExpectAsync<Hello>);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("there", "there: no space left")]
    [InlineData("", "no space left")]
    public async Task A_peer_that_gives_up_is_quoted_with_its_name_in_front(string name, string expected)
    {
        Say(new Abort(ExitCode.NoSpace, "no space left", "make some"));

        var gaveUp = await Assert.ThrowsAsync<PeerGaveUp>(Peer(name).ExpectAsync<Hello>);

        Assert.Equal((ExitCode.NoSpace, expected, "make some"), (gaveUp.Failure.Code, gaveUp.Failure.Message, gaveUp.Failure.Hint));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_end_of_the_channel_is_a_lost_peer()
    {
        var cause = new IOException("cut");
        _mailbox.Post(new SessionEvent.ControlEnded(_wire.Channel, cause));

        Assert.Same(cause, (await Assert.ThrowsAsync<PeerLost>(Peer().ExpectAsync<Hello>)).InnerException);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_failure_on_this_side_ends_the_wait()
    {
        var cause = new Failure(ExitCode.Interrupted, "interrupted");
        _mailbox.Post(new SessionEvent.Failed(cause));

        Assert.Same(cause, await Assert.ThrowsAsync<Failure>(Peer().ExpectAsync<Hello>));
    }

    [Theory]
    [InlineData((byte)Role.Sender, (byte)MessageType.End)]
    [InlineData((byte)Role.Sender, (byte)MessageType.Block)]
    [InlineData((byte)Role.Receiver, (byte)MessageType.Report)]
    [InlineData((byte)Role.Receiver, (byte)MessageType.Ack)]
    [InlineData((byte)Role.Receiver, (byte)MessageType.Accept)]
    public void What_only_the_other_role_may_say_is_refused_while_blocks_travel(byte role, byte type)
    {
        var peer = Peer();
        peer.Role = (Role)role;
        peer.Admit(new SessionEvent.Received(MessageType.Hello, []));
        peer.Admit(new SessionEvent.Received(MessageType.Accept, []));

        Assert.Throws<ProtocolException>(() => peer.Admit(new SessionEvent.Received((MessageType)type, [])));
    }

    private Peer Peer(string name = "there") => new(_link, _mailbox, name);

    private void Say<T>(T message)
        where T : IMessage<T> => _mailbox.Post(new SessionEvent.Received(T.Type, Frame.Pack(message)[Frame.Size..]));
}
