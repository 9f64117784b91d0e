using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>Data connections of a client that knows the secret: a bad one is ended, and the session continues or reports the reason.</summary>
public sealed class DataChannelTests : HostileTest
{
    private static readonly byte[] Page = [.. Enumerable.Repeat((byte)'x', 4096)];

    public static TheoryData<string, byte> BadConnections()
    {
        var data = new TheoryData<string, byte>();
        foreach (var bad in (string[])["nothing and a reset", "garbage", "a header with a bit flipped", "half a header", "half a payload", "half a payload and a reset"])
        {
            data.Add(bad, (byte)Protection.Clear);
        }

        data.Add("garbage", (byte)Protection.Encrypt);
        data.Add("a record of 0xFFFFFFFF bytes", (byte)Protection.Encrypt);
        data.Add("a record of 0 bytes", (byte)Protection.Authenticate);
        return data;
    }

    [Cases]
    [MemberData(nameof(BadConnections))]
    public async Task A_bad_connection_is_ended_and_the_copy_goes_on_without_it(string bad, byte protection)
    {
        var (result, peer) = await Serve(peer =>
        {
            var offer = Offers(way: ConnectMode.Direct) with { Protection = (Protection)protection };
            var there = Listen(peer, offer);
            using (var lane = DataConnection.Join(offer, there, 1)!)
            {
                Misbehave(lane, bad);
                Assert.True(bad.EndsWith("reset", StringComparison.Ordinal) || lane.IsThrownOut());
            }

            var block = Block(0, 0, Page);
            peer.Send(block, Page);
            peer.Send(new End(Page.Length, 1, block.Fingerprint));
            peer.Expect<Report>();
            peer.Send(default(Bye));
        });
        result.Is(0);
        Assert.Equal(Page, await File.ReadAllBytesAsync(PathOf("target")));
        Assert.NotNull(peer.Report);
    }

    public static TheoryData<string, byte> Lies() => new()
    {
        { "a length beyond the agreed one", (byte)ExitCode.Protocol },
        { "an overlap", (byte)ExitCode.Protocol },
        { "behind the end", (byte)ExitCode.Protocol },
        { "damage without end", (byte)ExitCode.Integrity },
    };

    [Cases]
    [MemberData(nameof(Lies))]
    public async Task A_block_that_came_as_it_was_sent_and_cannot_be_ends_the_session(string lie, byte code)
    {
        GaveUp(
            await Serve(peer =>
            {
                var offer = Offers(way: ConnectMode.Direct);
                var there = Listen(peer, offer);
                Lie(peer, offer, there, lie);
            }),
            (ExitCode)code);
        TargetIsWhole();
    }

    [Cases]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65535)]
    public async Task A_connection_with_a_number_that_the_offer_does_not_have_gets_no_answer(int number)
    {
        GaveUp(
            await Serve(peer =>
            {
                var offer = Offers(way: ConnectMode.Direct);
                var there = Listen(peer, offer);
                Assert.Null(DataConnection.Join(offer, there, number));
                peer.Send(new Accept(offer.Terms));
            }),
            ExitCode.Protocol);
        TargetIsWhole();
    }

    [Case]
    public async Task Another_session_and_another_secret_get_no_answer()
    {
        GaveUp(
            await Serve(peer =>
            {
                var offer = Offers(way: ConnectMode.Direct);
                var there = Listen(peer, offer);
                Assert.Null(DataConnection.Join(offer with { Session = new byte[Limits.SessionSize] }, there, 1));
                using (var liar = DataConnection.Join(offer with { Secret = new byte[Limits.SecretSize] }, there, 1)!)
                {
                    liar.Send(Block(0, 0, Page), Page);
                    Assert.True(liar.IsThrownOut());
                }

                peer.Send(new Accept(offer.Terms));
            }),
            ExitCode.Protocol);
        TargetIsWhole();
    }

    [Case]
    public async Task Connections_that_are_proven_and_then_silent_do_not_outlive_their_session()
    {
        var isClosed = false;
        var (result, _) = await Serve(peer =>
        {
            var offer = Offers(way: ConnectMode.Direct);
            var there = Listen(peer, offer);
            using var one = DataConnection.Join(offer, there, 1)!;
            using var other = DataConnection.Join(offer, there, 2)!;
            peer.Send(new Abort(ExitCode.Objects, "enough", ""));
            peer.HangUp();
            isClosed = one.IsThrownOut() && other.IsThrownOut();
        });
        result.Is(1);
        Assert.True(isClosed);
        TargetIsWhole();
    }

    private static Listening Listen(ScriptedPeer peer, Offer offer)
    {
        peer.Greet();
        peer.Send(offer);
        peer.AwaitGreeting();
        var there = peer.Expect<Listening>();
        peer.Expect<Accept>();
        return there;
    }

    private static void Misbehave(DataConnection lane, string bad)
    {
        var header = new byte[BlockHeader.Size];
        Block(0, 0, Page).Write(header);
        switch (bad)
        {
            case "nothing and a reset":
                lane.Reset();
                break;
            case "garbage":
                lane.Send(Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7)).ToArray());
                break;
            case "a header with a bit flipped":
                header[20] ^= 1;
                lane.Send(header);
                break;
            case "half a header":
                lane.Send(header.AsSpan(0, 40));
                lane.HalfClose();
                break;
            case "half a payload":
                lane.Send([.. header, .. Page[..2000]]);
                lane.HalfClose();
                break;
            case "half a payload and a reset":
                lane.Send([.. header, .. Page[..2000]]);
                lane.Reset();
                break;
            case "a record of 0xFFFFFFFF bytes":
                lane.Send([255, 255, 255, 255, .. header]);
                break;
            default:
                lane.Send([0, 0, 0, 0, .. header]);
                break;
        }
    }

    private static void Lie(ScriptedPeer peer, Offer offer, Listening there, string lie)
    {
        var header = new byte[BlockHeader.Size];
        using var lane = DataConnection.Join(offer, there, 1)!;
        switch (lie)
        {
            case "a length beyond the agreed one":
                BlockHeader.Data(0, Limits.MaxBlock, 0, default).Write(header);
                lane.Send(header);
                break;
            case "an overlap":
                lane.Send(Block(0, 0, Page), Page);
                lane.Send(Block(1, 1, Page), Page);
                break;
            case "behind the end":
                peer.Send(new End(8192, 2, 0));
                Thread.Sleep(100);
                lane.Send(Block(2, 8192, Page), Page);
                break;
            default:
                DamageAll(offer, there);
                break;
        }

        peer.HearOut();
    }

    /// <summary>A few on each connection, so that it is not the connection that is given up; one at a time, so that the port stays open.</summary>
    private static void DamageAll(Offer offer, Listening there)
    {
        for (var i = 0; i < 8; i++)
        {
            using var lane = DataConnection.Join(offer, there, 1);
            if (lane is null)
            {
                return;
            }

            for (var j = 0; j < 7; j++)
            {
                lane.Send(BlockHeader.Data(0, Page.Length, 0, default), Page);
            }

            lane.HalfClose();
            lane.IsThrownOut();
        }
    }
}
