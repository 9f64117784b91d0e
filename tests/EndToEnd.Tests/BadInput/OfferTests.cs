using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>Names, modes and numbers in what two sides agree on.</summary>
public sealed class OfferTests : HostileTest
{
    [Cases]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("new/")]
    [InlineData("target/")]
    [InlineData("target/new")]
    [InlineData("no such directory/new")]
    public async Task A_name_that_cannot_be_a_file_is_refused(string name)
    {
        GaveUp(await Serve(peer => Refused(peer, Offers() with { Resource = Resource.File(Directory, name) })), ExitCode.Objects);
        GaveUp(await Serve(peer => Refused(peer, Offers(Role.Sender) with { Resource = Resource.File(Directory, name) })), ExitCode.Objects);
        TargetIsWhole();
        Assert.Equal(["from", "target", "to"], System.IO.Directory.EnumerateFileSystemEntries(Directory).Select(Path.GetFileName).Order());
    }

    [Cases]
    [InlineData(256)]
    [InlineData(5000)]
    [InlineData(60_000)]
    public async Task A_name_longer_than_any_file_has_is_refused(int length)
    {
        GaveUp(await Serve(peer => Refused(peer, Offers() with { Resource = Resource.File(Directory, new string('a', length)) })), ExitCode.Objects, "file name too long");
    }

    [Case]
    public async Task A_name_with_a_NUL_is_refused_and_not_cut_there()
    {
        GaveUp(await Serve(peer => Refused(peer, Offers() with { Resource = Resource.File(Directory, "target\0.txt") })), ExitCode.Protocol, "NUL");
        GaveUp(await Serve(peer => Refused(peer, Offers() with { Resource = Resource.File(Directory + "\0", "target") })), ExitCode.Protocol, "NUL");
        TargetIsWhole();
    }

    [Case]
    public async Task A_name_that_could_draw_on_a_terminal_is_told_as_text()
    {
        Tells(
            await Run("dmscp -r -e local -d \"$PWD\" -f $'no\\n\\e[2J\\x9b\\xc2\\x9bsuch\\rfile'"),
            1,
            "no\\x0a\\x1b[2J\\x9b\\x9bsuch\\x0dfile: no such file");
    }

    [Case]
    public async Task Special_bits_of_the_mode_are_not_taken_from_a_peer()
    {
        var (result, _) = await Serve(peer =>
        {
            var offer = Offers() with { Resource = Resource.File(Directory, "new") };
            Open(peer, offer with { Terms = offer.Terms with { Size = 0, Mode = 0xFFF } });
            peer.Send(new End(0, 0, 0));
            peer.Expect<Report>();
            peer.Send(default(Bye));
        });
        result.Is(0);
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(PathOf("new")) & (UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit));
    }

    public static TheoryData<string> Offered() => new(
        "lanes 65",
        "lanes 65535",
        "more initial lanes than the maximum",
        "timeout 0",
        "timeout of a hundred years",
        "socket buffer of 2 GiB",
        "ports that end before they start",
        "a block of 0",
        "a block of 1 GiB",
        "a window of 5000",
        "a mode with a file type",
        "an unknown digest",
        "an unknown protection",
        "an unknown way",
        "an unknown role",
        "standard input and output");

    [Cases]
    [MemberData(nameof(Offered))]
    public async Task An_offer_out_of_its_limits_is_refused(string what)
    {
        GaveUp(await Serve(peer => Refused(peer, Wrong(Offers(), what))), ExitCode.Protocol);
        TargetIsWhole();
    }

    public static TheoryData<long, int, int, int> Accepted() => new()
    {
        { -1, Terms.NoMode, 0, 0 },
        { -1, Terms.NoMode, int.MaxValue, 0 },
        { -1, Terms.NoMode, 4096, 5000 },
        { -1, 0x81A4, 4096, 0 },
        { long.MinValue, Terms.NoMode, 4096, 0 },
    };

    [Cases]
    [MemberData(nameof(Accepted))]
    public async Task Terms_out_of_their_limits_are_refused(long size, int mode, int block, int window)
    {
        Tells(
            await Ask("-w -l pattern:1m -f x", peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Send(MessageType.Accept, [.. BitConverter.GetBytes(size), .. BitConverter.GetBytes((ushort)mode), .. BitConverter.GetBytes(block), .. BitConverter.GetBytes((ushort)window)]);
            }),
            7);
    }

    [Case]
    public async Task A_size_that_nobody_has_room_for_is_not_believed()
    {
        Tells(
            await Ask("-r -f x -l target -connect ssh -timeout 1", peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Send(new Accept(new Terms(long.MaxValue, 0x1FF, Limits.MaxBlock, 0)));
                peer.Send(new End(long.MaxValue, ulong.MaxValue, 0));
            }),
            3,
            "silent");
        TargetIsWhole();
    }

    [Case]
    public async Task An_end_that_does_not_agree_with_the_size_that_was_announced_is_refused()
    {
        Tells(
            await Ask("-r -f x -l target -connect ssh", peer =>
            {
                peer.AwaitGreeting();
                peer.Greet();
                peer.Send(new Accept(new Terms(65537, Terms.NoMode, Limits.MaxBlock, 0)));
                peer.Send(default(End));
            }),
            7,
            "an end after 0 bytes, 65537 were announced");
        GaveUp(
            await Serve(peer =>
            {
                var offer = Offers();
                Open(peer, offer with { Terms = offer.Terms with { Size = 65537 } });
                peer.Send(default(End));
            }),
            ExitCode.Protocol,
            "65537 were announced");
        TargetIsWhole();
    }

    [Case]
    public async Task The_largest_terms_that_are_allowed_cost_no_memory_before_they_are_used()
    {
        (await Ask("-w -L 'echo x' -f x", peer =>
        {
            peer.AwaitGreeting();
            peer.Expect<Offer>();
            peer.Greet();
            peer.Send(new Accept(new Terms(-1, Terms.NoMode, Limits.MaxBlock, Limits.MaxWindow)));
            peer.Send(new Report(peer.Expect<End>().Size, 0));
        })).Is(0);
    }

    private static void Refused(ScriptedPeer peer, Offer offer)
    {
        peer.Greet();
        peer.Send(offer);
        peer.AwaitGreeting();
    }

    private static Offer Wrong(Offer offer, string what) => what switch
    {
        "lanes 65" => offer with { Lanes = 65, MostLanes = 65 },
        "lanes 65535" => offer with { MostLanes = 65535 },
        "more initial lanes than the maximum" => offer with { MostLanes = 1 },
        "timeout 0" => offer with { TimeoutSeconds = 0 },
        "timeout of a hundred years" => offer with { TimeoutSeconds = Limits.MaxTimeoutSeconds * 60 },
        "socket buffer of 2 GiB" => offer with { Buffer = int.MaxValue },
        "ports that end before they start" => offer with { LowPort = 2, HighPort = 1 },
        "a block of 0" => offer with { Terms = offer.Terms with { Block = 0 } },
        "a block of 1 GiB" => offer with { Terms = offer.Terms with { Block = 1 << 30 } },
        "a window of 5000" => offer with { Terms = offer.Terms with { Window = 5000 } },
        "a mode with a file type" => offer with { Terms = offer.Terms with { Mode = 0x81A4 } },
        "an unknown digest" => offer with { Digest = (DigestKind)4 },
        "an unknown protection" => offer with { Protection = (Protection)3 },
        "an unknown way" => offer with { ConnectMode = (ConnectMode)4 },
        "an unknown role" => offer with { Role = (Role)3 },
        _ => offer with { Resource = Resource.Stdio },
    };
}
