using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>One of the two hosts that a copy goes between is an enemy of the other one, or of the host that brings them together.</summary>
public sealed class BetweenHostsTests : HostileTest
{
    private const int BlockSize = 1 << 20;

    /// <summary>Evil claims to have reached the other host, so what it says goes to that one.</summary>
    private static Action<ScriptedPeer> Straight(Action<ScriptedPeer> andThen) => peer =>
    {
        peer.AwaitGreeting();
        var offer = peer.Expect<Offer>();
        peer.Greet();
        peer.Send(new Accept(new Terms(-1, Terms.NoMode, BlockSize, 0)));
        if (offer.Role == Role.Sender)
        {
            peer.Send(new Widen(offer.Lanes));
        }

        peer.Expect<Reach>();
        peer.Send(new Reached(""));
        andThen(peer);
    };

    [Cases]
    [InlineData("evil:asked good:\"$PWD/t\"", "other", "was not requested")]
    [InlineData("-r 'evil:x/asked*' good:\"$PWD/t\"", "other", "was not requested")]
    [InlineData("-r evil:asked good:\"$PWD/t\"", "../asked", "not a path below the top")]
    [InlineData("-r evil:asked good:\"$PWD/t\"", "/asked", "not a path below the top")]
    [InlineData("evil:asked good:\"$PWD/t\"", "asked/below", "a directory that was not requested")]
    public async Task The_target_takes_no_name_that_was_not_asked_for(string words, string name, string says)
    {
        (await Run("mkdir t")).Is(0);
        var result = await Relay(words, Straight(peer => SendFile(peer, name)));
        result.Is(1).Says("error: good: ", says);
        (await Run("ls -A t; ls -A ..")).Prints("ssh_config\nwork\n");
    }

    [Case]
    public async Task The_target_takes_what_was_asked_for_and_all_of_it_if_names_are_trusted()
    {
        (await Run("mkdir t u")).Is(0);
        (await Relay("evil:asked good:\"$PWD/t\"", Straight(peer => SendFile(peer, "asked", isAll: true)))).Is(0);
        (await Relay("-T evil:asked good:\"$PWD/u\"", Straight(peer => SendFile(peer, "other", isAll: true)))).Is(0);
        (await Run("cat t/asked u/other")).Prints("evilevil");
    }

    [Cases]
    [InlineData(nameof(MessageType.Bye))]
    [InlineData(nameof(MessageType.Accept))]
    [InlineData(nameof(MessageType.Offer))]
    [InlineData(nameof(MessageType.Report))]
    [InlineData(nameof(MessageType.Have))]
    [InlineData(nameof(MessageType.Resume))]
    [InlineData(nameof(MessageType.Resumed))]
    [InlineData(nameof(MessageType.Reach))]
    public async Task Nothing_is_passed_on_that_a_source_has_not_to_say(string type)
    {
        (await Run("mkdir t")).Is(0);
        (await Relay("evil:asked good:\"$PWD/t\"", Straight(peer => peer.Send(Enum.Parse<MessageType>(type), [])))).Is(1).Says("error: evil: ", type);
        (await Run("ls -A t")).Prints("");
    }

    [Case]
    public async Task A_source_that_hangs_up_ends_it()
    {
        (await Run("mkdir t")).Is(0);
        (await Relay("evil:asked good:\"$PWD/t\"", Straight(peer => peer.HangUp()))).IsNot(0).Says("error: evil: ");
        (await Run("ls -A t")).Prints("");
    }

    [Case]
    public async Task An_answer_that_nobody_asked_for_is_an_error()
    {
        (await Run("mkdir t")).Is(0);
        var result = await Relay("evil:asked good:\"$PWD/t\"", peer =>
        {
            AcceptAll(peer);
            peer.Send(new Reached(""));
        });
        result.Is(1).Says("error: evil: an unrequested Reached");
    }

    [Case]
    public async Task A_target_reports_nothing_before_the_end()
    {
        (await Run("head -c 5000000 /dev/zero > big")).Is(0);
        (await Relay("good:\"$PWD/big\" evil:t", Straight(peer => peer.Send(new Report(0, 0))))).Is(1).Says("error: evil: a report of 0 bytes before the end");
    }

    [Case]
    public async Task A_server_that_reaches_nobody_goes_on_as_before()
    {
        (await Run("mkdir t")).Is(0);
        var offer = Offers() with { Resource = Resource.Tree("", [PathOf("t")], TreeFlags.None, []), ConnectMode = ConnectMode.Auto, Asked = "asked" };
        var end = await Serve(peer =>
        {
            Open(peer, offer);
            peer.Send(new Reach(Entropy.Bytes(Limits.SessionSize), Entropy.Bytes(Limits.SecretSize), new Listening(1, ["127.0.0.1", "nonsense"])));
            Assert.NotEqual("", peer.Expect<Reached>().Reason);
            SendFile(peer, "asked", isAll: true);
            peer.Expect<Report>();
            peer.Send(default(Bye));
        });
        end.Result.Is(0);
        (await Run("cat t/asked")).Prints("evil");
    }

    [Case]
    public async Task A_server_without_data_connections_is_not_to_reach_anybody()
    {
        var offer = Offers() with { Resource = Resource.Tree("", [Directory], TreeFlags.None, []) };
        GaveUp(
            await Serve(peer =>
            {
                Open(peer, offer);
                peer.Send(new Reach(Entropy.Bytes(Limits.SessionSize), Entropy.Bytes(Limits.SecretSize), new Listening(1, ["127.0.0.1"])));
            }),
            ExitCode.Protocol,
            "a Reach at the wrong time");
    }

    /// <summary>A file of four bytes, on lane 0.</summary>
    private static void SendFile(ScriptedPeer peer, string name, bool isAll = false)
    {
        var data = "evil"u8;
        var entry = new TreeEntry { Kind = EntryKind.File, Mode = 0x1A4, Size = data.Length, Span = data.Length, Path = RawText.Encode(name), Data = data };
        var payload = new byte[entry.OverheadSize + data.Length];
        data.CopyTo(payload.AsSpan(entry.Write(payload, data.Length)));
        var block = Block(0, 0, payload);
        peer.Send(block, payload);
        if (isAll)
        {
            peer.Send(new End(payload.Length, 1, block.Fingerprint));
        }
    }
}
