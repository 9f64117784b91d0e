using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>Messages that are too long, unknown, out of turn, or made to look like something else on the screen.</summary>
public sealed class ControlMessageTests : HostileTest
{
    private const string Write = "-w -l pattern:1m -d \"$PWD\" -f target -connect ssh";
    private const string Hostile = "\u001b[2J\u001b]0;title\u0007 \u009b31m first\ndmscp: error: second\r\u202e\udc9b";

    [Cases]
    [InlineData(uint.MaxValue)]
    [InlineData(0x8000_0000u)]
    [InlineData((uint)Limits.MaxFrame + 1)]
    public async Task A_message_longer_than_any_is_refused_by_its_header_alone(uint length)
    {
        var header = new byte[Frame.Size];
        BitConverter.TryWriteBytes(header, length);
        header[4] = (byte)MessageType.Offer;
        Tells(
            await Ask(Write, peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Raw(header);
            }),
            7,
            $"a control frame of {length} bytes");
        GaveUp(
            await Serve(peer =>
            {
                peer.Greet();
                peer.Raw(header);
                peer.AwaitGreeting();
            }),
            ExitCode.Protocol,
            $"a control frame of {length} bytes");
        TargetIsWhole();
    }

    [Case]
    public async Task A_message_that_must_be_known_and_is_not_is_refused()
    {
        Tells(
            await Ask(Write, peer =>
            {
                AcceptAll(peer);
                peer.Send((MessageType)99, "?"u8);
            }),
            7,
            "99");
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, Offers());
                peer.Send((MessageType)99, "?"u8);
            }),
            ExitCode.Protocol,
            "99");
        TargetIsWhole();
    }

    [Case]
    public async Task A_message_that_need_not_be_known_is_passed_over()
    {
        var (result, _) = await Serve(peer =>
        {
            Open(peer, Offers());
            peer.Send((MessageType)200, new byte[4000]);
            peer.Send(new End(0, 0, 0));
            peer.Expect<Report>();
            peer.Send(default(Bye));
        });
        result.Is(0);
        Assert.Equal("", await File.ReadAllTextAsync(PathOf("target")));
    }

    [Case]
    public async Task Something_printed_between_two_messages_is_refused()
    {
        Tells(
            await Ask(Write, peer =>
            {
                AcceptAll(peer);
                peer.Raw("You have new mail.\n"u8);
            }),
            7);
        TargetIsWhole();
    }

    public static TheoryData<byte> ToASender() => [.. ((MessageType[])
    [
        MessageType.Hello, MessageType.Offer, MessageType.Accept, MessageType.Block, MessageType.End, MessageType.Report,
        MessageType.Resume, MessageType.Resumed, MessageType.Bye, MessageType.HaveRanges,
    ]).Select(type => (byte)type)];

    [Cases]
    [MemberData(nameof(ToASender))]
    public async Task A_message_that_a_receiver_cannot_send_now_is_refused(byte type)
    {
        Tells(
            await Ask("-w -L 'sleep 20' -f x -connect ssh", peer =>
            {
                var offer = AcceptAll(peer);
                peer.Send((MessageType)type, Sample((MessageType)type, offer));
            }),
            7);
    }

    public static TheoryData<byte> ToAReceiver() => [.. ((MessageType[])
    [
        MessageType.Hello, MessageType.Offer, MessageType.Accept, MessageType.Ack, MessageType.Report, MessageType.Resume,
        MessageType.Resumed, MessageType.Bye, MessageType.HaveRanges,
    ]).Select(type => (byte)type)];

    [Cases]
    [MemberData(nameof(ToAReceiver))]
    public async Task A_message_that_a_sender_cannot_send_now_is_refused(byte type)
    {
        GaveUp(
            await Serve(peer =>
            {
                var offer = Offers();
                Open(peer, offer);
                peer.Send((MessageType)type, Sample((MessageType)type, offer));
            }),
            ExitCode.Protocol);
        TargetIsWhole();
    }

    [Case]
    public async Task More_messages_than_anybody_could_answer_are_refused()
    {
        byte[] many = [.. Enumerable.Repeat(Frame.Pack(new Listening(1, [])), 20_000).SelectMany(one => one)];
        var (result, peer) = await Serve(peer =>
        {
            Open(peer, Offers());
            peer.Raw(many);
        });
        result.Is(1);
        Assert.Null(peer.Report);
        TargetIsWhole();
    }

    [Case]
    public async Task A_report_that_knows_another_size_is_no_success()
    {
        Tells(
            await Ask("-w -l pattern:4 -f x", peer =>
            {
                AcceptAll(peer);
                peer.Expect<End>();
                peer.Send(new Report(5, 0));
            }),
            7,
            "a report of 5 bytes");
    }

    [Case]
    public async Task The_end_of_the_channel_in_the_place_of_a_report_is_no_success()
    {
        Tells(
            await Ask("-w -l pattern:4 -f x", peer =>
            {
                AcceptAll(peer);
                peer.Expect<End>();
                peer.HangUp();
            }),
            3);
    }

    [Case]
    public async Task What_a_server_says_when_it_gives_up_is_one_line_of_text()
    {
        var result = await Ask(Write, peer =>
        {
            peer.AwaitGreeting();
            peer.Greet();
            peer.Send(new Abort(ExitCode.NoSpace, Hostile, "hint " + Hostile));
            peer.Send(new Abort(ExitCode.Objects, "a second cause", ""));
        });
        Tells(result, 5, "\\x1b[2J", "\\x9b31m first\\x0admscp: error: second\\x0d");
        Assert.DoesNotContain("a second cause", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', result.Error);
        TargetIsWhole();
    }

    [Case]
    public async Task What_a_server_calls_itself_is_one_line_of_text()
    {
        var result = await Ask(Write + " -vv", peer =>
        {
            peer.AwaitGreeting();
            peer.Raw(Frame.Marker);
            peer.Send(Hello.Ours(Hostile));
            peer.Send(new Widen(0, Hostile));
        });
        Tells(result, 7, "runs \\x1b[2J");
    }

    [Case]
    public async Task Why_a_server_can_make_no_data_connection_is_one_line_of_text()
    {
        Tells(
            await Ask("-w -l pattern:1m -f x -connect reverse", peer =>
            {
                AcceptAll(peer);
                peer.Send(new Widen(0, Hostile));
            }),
            3,
            "no data connection, reverse: \\x1b[2J");
    }

    [Case]
    public async Task A_reason_to_give_up_that_nobody_knows_is_an_error_like_any_other()
    {
        var payload = new byte[] { 250, 4, 0, 0, 0, (byte)'w', (byte)'h', (byte)'y', (byte)'?', 0, 0, 0, 0 };
        Tells(
            await Ask(Write, peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Send(MessageType.Abort, payload);
            }),
            1,
            ": why?");
    }

    /// <summary>A message of that type that would be fine at another time.</summary>
    private static byte[] Sample(MessageType type, Offer offer) => type switch
    {
        MessageType.Hello => Payload(Hello.Ours("pipe 0")),
        MessageType.Offer => Payload(offer),
        MessageType.Accept => Payload(new Accept(offer.Terms)),
        MessageType.Block => new byte[BlockHeader.Size],
        MessageType.End => Payload(new End(0, 0, 0)),
        MessageType.Report => Payload(new Report(0, 0)),
        MessageType.Resume => Payload(Resume.Of(offer.Session, new byte[Limits.SecretSize])),
        MessageType.HaveRanges => Payload(new HaveRanges(1 << 20, 0, 0, [])),
        MessageType.Ack => Ack(5),
        _ => [],
    };

    private static byte[] Ack(ulong index)
    {
        var ack = new byte[LaneAck.Size];
        new LaneAck(AckKind.Consumed, index).Write(ack);
        return ack;
    }

    private static byte[] Payload<T>(T message)
        where T : IMessage<T> => Frame.Pack(message)[Frame.Size..];
}
