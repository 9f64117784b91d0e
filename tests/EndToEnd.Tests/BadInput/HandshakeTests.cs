using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>Who cannot even greet, or greets and means something else.</summary>
public sealed class HandshakeTests : HostileTest
{
    private const string Write = "-w -l pattern:1m -d \"$PWD\" -f target -connect ssh";

    [Case]
    public async Task A_client_that_greets_and_offers_as_it_should_is_served()
    {
        var end = await Serve(peer =>
        {
            peer.Greet();
            peer.Send(Offers());
            peer.AwaitGreeting();
            peer.Expect<Accept>();
            var block = Block(0, 0, "new\n"u8);
            peer.Send(block, "new\n"u8);
            peer.Send(new End(4, 1, block.Fingerprint));
            peer.Expect<Report>();
            peer.Send(default(Bye));
        });
        end.Result.Is(0);
        Assert.Equal("new\n", await File.ReadAllTextAsync(PathOf("target")));
    }

    [Case]
    public async Task A_server_with_feature_bits_that_nobody_knows_is_talked_to()
    {
        (await Ask("-w -l pattern:4 -f x", peer =>
        {
            peer.AwaitGreeting();
            peer.Expect<Offer>();
            peer.Raw(Frame.Marker);
            peer.Send(new Hello(1, 9, (Features)ulong.MaxValue, "pipe 9"));
            peer.Send(new Accept(new Terms(-1, Terms.NoMode, Limits.MinBlock, 0)));
            peer.Send(new Report(peer.Expect<End>().Size, 0));
        })).Is(0);
    }

    [Case]
    public async Task A_greeting_cut_anywhere_is_refused_by_the_client()
    {
        byte[] greeting = [.. Frame.Marker, .. Frame.Pack(Hello.Ours("pipe 0"))];
        for (var length = 0; length < greeting.Length; length += 5)
        {
            var until = length;
            Tells(
                await Ask(Write, peer =>
                {
                    peer.AwaitGreeting();
                    peer.Raw(greeting.AsSpan(0, until));
                    peer.HangUp();
                }),
                3);
        }

        TargetIsWhole();
    }

    [Case]
    public async Task An_offer_cut_anywhere_is_refused_by_the_server()
    {
        var offer = Frame.Pack(Offers());
        for (var length = 0; length < offer.Length; length += 17)
        {
            var until = length;
            var (result, peer) = await Serve(peer =>
            {
                peer.Greet();
                peer.Raw(offer.AsSpan(0, until));
                peer.HangUp();
            });
            result.Is(1);
            Assert.Null(peer.Report);
        }

        TargetIsWhole();
    }

    [Case]
    public async Task A_line_of_a_million_bytes_without_an_end_is_refused_by_the_client()
    {
        var line = new byte[1_000_000];
        line.AsSpan().Fill((byte)'x');
        Tells(await Ask(Write, peer => peer.Raw(line)), 7, "no answer from dmscp in the first 65536 bytes");
        TargetIsWhole();
    }

    [Case]
    public async Task A_line_of_a_million_bytes_without_an_end_is_refused_by_the_server()
    {
        var line = new byte[1_000_000];
        line.AsSpan().Fill((byte)'x');
        var (result, _) = await Serve(peer =>
        {
            peer.Raw(line);
            peer.AwaitGreeting();
        });
        result.Is(1);
        TargetIsWhole();
    }

    /// <summary>The shortest start that is waited for takes ten seconds.</summary>
    [Case]
    public async Task A_byte_a_second_in_the_place_of_a_greeting_is_not_waited_for_for_ever()
    {
        var isOver = false;
        Tells(
            await Ask(Write + " -timeout 1", peer =>
            {
                var dripping = new Thread(() =>
                {
                    while (!Volatile.Read(ref isOver))
                    {
                        peer.Raw("x"u8);
                        Thread.Sleep(1000);
                    }
                });
                dripping.Start();
                peer.AwaitGreeting();
                peer.HearOut();
                Volatile.Write(ref isOver, true);
                dripping.Join();
            }),
            3,
            "did not start there within 10 seconds; it printed: x");
        TargetIsWhole();
    }

    [Cases]
    [InlineData(0, 0)]
    [InlineData(2, 65535)]
    [InlineData(9, 1)]
    public async Task A_client_of_another_version_is_told(int lowest, int highest) => GaveUp(
        await Serve(peer =>
        {
            peer.Raw(Frame.Marker);
            peer.Send(new Hello(lowest, highest, 0, "pipe \u001b[2J"));
            peer.Send(Offers());
            peer.AwaitGreeting();
        }),
        ExitCode.Protocol,
        "the client runs pipe \\x1b[2J, protocol");

    [Case]
    public async Task A_second_greeting_is_refused() => GaveUp(
        await Serve(peer =>
        {
            peer.Greet();
            peer.Send(Hello.Ours("pipe 0"));
            peer.AwaitGreeting();
        }),
        ExitCode.Protocol);

    [Case]
    public async Task An_offer_in_front_of_the_greeting_is_refused() => GaveUp(
        await Serve(peer =>
        {
            peer.Raw(Frame.Marker);
            peer.Send(Offers());
            peer.AwaitGreeting();
        }),
        ExitCode.Protocol);

    [Case]
    public async Task A_server_that_makes_an_offer_of_its_own_is_refused()
    {
        Tells(
            await Ask(Write, peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Send(Offers());
            }),
            7);
        TargetIsWhole();
    }

    [Case]
    public async Task Another_program_of_the_same_name_is_guessed()
    {
        await File.WriteAllTextAsync(PathOf("stranger"), "echo 'usage: dmscp [-m MODULE]'; exit 2\n");
        Tells(await Run("dmscp -w -e 'sh stranger' -l pattern:1m -f null:"), 3, "status 2", "usage: dmscp [-m MODULE]", "hint", "another program");
    }
}
