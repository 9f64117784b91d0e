using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>Blocks whose numbers do not fit: an authenticated sender that cannot count, or will not.</summary>
public sealed class BlockTests : HostileTest
{
    private static readonly byte[] Page = new byte[4096];

    /// <summary>The blocks, the totals in End, and the message of the receiver.</summary>
    public static TheoryData<string, byte> Wrongs() => new()
    {
        { "a block less than End says", (byte)ExitCode.Unreachable },
        { "a block more than End says", (byte)ExitCode.Integrity },
        { "another size than End says", (byte)ExitCode.Integrity },
        { "another root than End says", (byte)ExitCode.Integrity },
        { "a gap", (byte)ExitCode.Integrity },
        { "an overlap", (byte)ExitCode.Protocol },
        { "the same place twice, counted twice", (byte)ExitCode.Integrity },
        { "a block behind the end", (byte)ExitCode.Protocol },
        { "offset and length beyond 2^63", (byte)ExitCode.Protocol },
        { "a negative offset", (byte)ExitCode.Protocol },
        { "a length of 0", (byte)ExitCode.Protocol },
        { "a length of 0xFFFFFFFF", (byte)ExitCode.Protocol },
        { "a block larger than was agreed on", (byte)ExitCode.Protocol },
        { "another length than the message has", (byte)ExitCode.Protocol },
        { "a magic of its own", (byte)ExitCode.Protocol },
        { "a size of 2^63", (byte)ExitCode.Protocol },
        { "an offset no file system has", (byte)ExitCode.Objects },
        { "damage without end", (byte)ExitCode.Protocol },
    };

    [Cases]
    [MemberData(nameof(Wrongs))]
    public async Task A_server_that_receives_it_refuses(string wrong, byte code)
    {
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, Offers() with { TimeoutSeconds = 1 });
                Send(peer, wrong);
            }),
            (ExitCode)code);
        TargetIsWhole();
    }

    [Cases]
    [MemberData(nameof(Wrongs))]
    public async Task A_client_that_receives_it_refuses(string wrong, byte code)
    {
        Tells(
            await Ask("-r -f x -l target -connect ssh -timeout 1", peer =>
            {
                AcceptAll(peer);
                Send(peer, wrong);
            }),
            code);
        TargetIsWhole();
    }

    [Cases]
    [InlineData(Limits.MaxWindow)]
    [InlineData(int.MaxValue)]
    public async Task A_block_beyond_the_window_of_a_pipe_is_refused(int sequence)
    {
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, Offers() with { Resource = Resource.Command(Directory, "cat > target") });
                peer.Send(Block((ulong)sequence, 0, Page), Page);
            }),
            ExitCode.Protocol,
            "beyond the window");
    }

    [Case]
    public async Task A_block_of_a_pipe_that_is_for_another_place_is_refused()
    {
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, Offers() with { Resource = Resource.Command(Directory, "cat > there && touch done") });
                peer.Send(Block(0, 4096, Page), Page);
            }),
            ExitCode.Protocol);
        Assert.False(File.Exists(PathOf("done")));
    }

    [Case]
    public async Task An_acknowledgement_of_what_was_never_sent_is_refused()
    {
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, Offers(Role.Sender));
                var ack = new byte[LaneAck.Size];
                new LaneAck(AckKind.Consumed, 1UL << 63).Write(ack);
                peer.Send(MessageType.Ack, ack);
            }),
            ExitCode.Protocol,
            "never sent");
    }

    private static void Send(ScriptedPeer peer, string wrong)
    {
        var first = Block(0, 0, Page);
        var second = Block(1, 4096, Page);
        switch (wrong)
        {
            case "a block less than End says":
                peer.Send(first, Page);
                End(peer, 8192, first, second);
                break;
            case "a block more than End says":
                peer.Send(first, Page);
                peer.Send(second, Page);
                End(peer, 4096, first);
                break;
            case "another size than End says":
                peer.Send(first, Page);
                End(peer, 8192, first);
                break;
            case "another root than End says":
                peer.Send(first, Page);
                peer.Send(new End(4096, 1, first.Fingerprint + 1));
                break;
            case "a gap":
                second = Block(1, 8192, Page);
                peer.Send(first, Page);
                peer.Send(second, Page);
                End(peer, 12288, first, second);
                break;
            case "an overlap":
                peer.Send(first, Page);
                peer.Send(Block(1, 4095, Page), Page);
                break;
            case "the same place twice, counted twice":
                peer.Send(first, Page);
                peer.Send(Block(1, 0, Page), Page);
                End(peer, 4096, first, Block(1, 0, Page));
                break;
            case "a block behind the end":
                peer.Send(first, Page);
                End(peer, 8192, first, second);
                Thread.Sleep(100);
                peer.Send(Block(2, 8192, Page), Page);
                break;
            case "an offset no file system has":
                peer.Send(Block(0, long.MaxValue - 8191, Page), Page);
                break;
            case "damage without end":
                for (var i = 0; i < 10; i++)
                {
                    peer.Send(BlockHeader.Data(0, Page.Length, (ulong)i, default), Page);
                    Thread.Sleep(20);
                }

                break;
            case "a size of 2^63":
                peer.Send(MessageType.End, [.. BitConverter.GetBytes(1UL << 63), .. new byte[16]]);
                break;
            default:
                SendForged(peer, first, wrong);
                break;
        }
    }

    /// <summary>A header that no encoder writes, with a check that fits.</summary>
    private static void SendForged(ScriptedPeer peer, in BlockHeader plain, string wrong)
    {
        var payload = wrong == "a block larger than was agreed on" ? new byte[(1024 * 1024) + 1] : Page;
        var header = new byte[BlockHeader.Size];
        plain.Write(header);
        (int At, ulong Value, int Size)[] changes = wrong switch
        {
            "offset and length beyond 2^63" => [(16, long.MaxValue - 100, 8)],
            "a negative offset" => [(16, ulong.MaxValue - 4095, 8)],
            "a length of 0" => [(8, 0, 4), (24, 0, 8)],
            "a length of 0xFFFFFFFF" => [(8, uint.MaxValue, 4), (24, uint.MaxValue, 8)],
            "a block larger than was agreed on" => [(8, (ulong)payload.Length, 4), (24, (ulong)payload.Length, 8)],
            "another length than the message has" => [(8, 4095, 4), (24, 4095, 8)],
            "a magic of its own" => [(0, 0x4142_4344, 4)],
            _ => throw new ArgumentOutOfRangeException(nameof(wrong), wrong, "no such wrong"),
        };
        foreach (var (at, value, size) in changes)
        {
            BitConverter.GetBytes(value).AsSpan(0, size).CopyTo(header.AsSpan(at));
        }

        BitConverter.TryWriteBytes(header.AsSpan(72), Digest.Of(DigestKind.XxHash3, header.AsSpan(0, 72), 0).A);
        peer.Send(MessageType.Block, [.. header, .. payload]);
    }

    private static void End(ScriptedPeer peer, long size, params BlockHeader[] blocks)
    {
        // They have to be where they belong before it is said that there are no more.
        Thread.Sleep(100);
        peer.Send(new End(size, (ulong)blocks.Length, blocks.Aggregate(0UL, (root, block) => unchecked(root + block.Fingerprint))));
    }
}
