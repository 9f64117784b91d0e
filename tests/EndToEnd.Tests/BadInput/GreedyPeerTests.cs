using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>A peer that lets the other side hold, remember, count or run more and more: there is a limit to each, and nothing is left behind.</summary>
public sealed class GreedyPeerTests : HostileTest
{
    private const int BlockSize = 1_000_000;
    private ulong _sequence;
    private long _offset;
    private int _unacknowledged;

    [Case]
    public async Task One_byte_each_of_very_many_files_leaves_nothing()
    {
        (await Run("mkdir t")).Is(0);
        var entries = Enumerable.Range(0, 40_000).Select(i => Packed(new TreeEntry { Kind = EntryKind.File, Path = RawText.Encode($"f{i}"), Size = 2, Span = 1 }, 1)).ToList();
        var end = await Serve(
            peer =>
            {
                OpenTree(peer, TreeFlags.Recurse, timeout: 90);
                SendEntries(peer, entries);
            },
            seconds: 100);
        GaveUp(end, ExitCode.Objects, "no file is complete");
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(PathOf("t")));
    }

    [Case]
    public async Task Hard_links_without_end_are_refused()
    {
        (await Run("mkdir t")).Is(0);
        var end = await Serve(
            peer =>
            {
                OpenTree(peer, TreeFlags.Recurse | TreeFlags.All, timeout: 90);
                var text = RawText.Encode(string.Join('/', Enumerable.Repeat(new string('x', 200), 15)));
                SendEntries(peer, Enumerable.Range(0, 15_000).Select(i => Packed(new TreeEntry { Kind = EntryKind.HardLink, Path = RawText.Encode($"{i:x8}{new string('y', 200)}"), Text = [.. RawText.Encode($"{i:x8}/"), .. text] })));
            },
            seconds: 100);
        GaveUp(end, ExitCode.Objects, "more links, directories or errors than can be remembered");
    }

    [Case]
    public async Task Errors_without_end_are_refused()
    {
        (await Run("mkdir t")).Is(0);
        var end = await Serve(
            peer =>
            {
                OpenTree(peer, TreeFlags.Recurse, timeout: 90);
                SendEntries(peer, Enumerable.Range(0, 200_000).Select(i => Packed(new TreeEntry { Kind = EntryKind.Trouble, Path = RawText.Encode($"{i:x8}{new string('y', 200)}"), Text = "x: lost"u8 })));
            },
            seconds: 100);
        GaveUp(end, ExitCode.Objects, "more links, directories or errors than can be remembered");
    }

    [Cases]
    [InlineData("{a,b}", 24, "")]
    [InlineData("{a,", 12_000, "}")]
    [InlineData("{{a,b},{c,d}}", 14, "")]
    public async Task Braces_that_stand_for_very_many_names_are_refused(string part, int times, string closing)
    {
        var pattern = string.Concat(Enumerable.Repeat(part, times)) + string.Concat(Enumerable.Repeat(closing, times));
        GaveUp(await Serve(peer => Propose(peer, Offers(Role.Sender) with { Resource = Resource.Tree(Directory, [pattern], TreeFlags.Recurse, []) })), ExitCode.Objects, "stands for too many names");
    }

    [Case]
    public async Task A_path_that_goes_up_and_down_for_ever_is_refused()
    {
        (await Run("mkdir t; cd t; mkdir $(seq 60)")).Is(0);
        var pattern = string.Join('/', Enumerable.Repeat("*/..", 8));
        GaveUp(await Serve(peer => Propose(peer, Offers(Role.Sender) with { Resource = Resource.Tree(PathOf("t"), [pattern], TreeFlags.Recurse, []) }), seconds: 60), ExitCode.Objects, "stands for too many names");
    }

    [Case]
    public async Task An_attribute_whose_name_has_a_NUL_is_not_set_under_its_beginning()
    {
        (await Run("mkdir t")).Is(0);
        var name = "user.a\0b"u8.ToArray();
        byte[] attributes = [(byte)name.Length, 0, 1, 0, .. name, (byte)'1'];
        var (result, peer) = await Serve(peer =>
        {
            OpenTree(peer, TreeFlags.Recurse | TreeFlags.All);
            SendAll(peer, Packed(new TreeEntry { Kind = EntryKind.File, Path = "f"u8, Mode = 0x1A4, Size = 1, Span = 1, Attributes = attributes }, 1));
        });
        result.Is(0);
        Assert.Contains("cannot be kept", peer.Report!.Value.Troubles, StringComparison.Ordinal);
        Assert.Equal(1UL, peer.Report!.Value.Failed);
        (await Run("getfattr -d t/f")).Is(0).Prints("");
    }

    [Cases]
    [InlineData(1L << 40)]
    [InlineData(-(1L << 40))]
    public async Task A_time_that_the_file_system_cannot_hold_is_named(long seconds)
    {
        (await Run("mkdir t")).Is(0);
        var (result, peer) = await Serve(peer =>
        {
            OpenTree(peer, TreeFlags.Recurse | TreeFlags.Keep);
            SendAll(peer, Packed(new TreeEntry { Kind = EntryKind.File, Path = "f"u8, Mode = 0x1A4, Size = 1, Span = 1, Seconds = seconds }, 1));
        });
        result.Is(0);
        Assert.Contains("the time cannot be kept", peer.Report!.Value.Troubles, StringComparison.Ordinal);
    }

    [Cases]
    [InlineData("'*'", ".bashrc")]
    [InlineData("'?ssh'", ".ssh")]
    [InlineData("'[.]ssh'", ".ssh")]
    public async Task A_pattern_takes_no_hidden_name(string pattern, string name)
    {
        (await Run("mkdir t")).Is(0);
        Tells(await Ask($"-r -tree -recurse -f {pattern} -l t", peer => SendFiles(peer, name)), 7, "was not requested");
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(PathOf("t")));
    }

    /// <summary>A list of that length would take 3 MB before its first entry is looked for.</summary>
    [Case]
    public async Task A_count_is_checked_against_the_bytes_that_are_there()
    {
        var payload = Frame.Pack(new Accept(new Terms(-1, Terms.NoMode, BlockSize, 0)))[Frame.Size..];
        BitConverter.TryWriteBytes(payload.AsSpan(payload.Length - 8), 200_000);
        Tells(
            await Ask("-w -l pattern:1m -f x", peer =>
            {
                peer.AwaitGreeting();
                peer.Expect<Offer>();
                peer.Greet();
                peer.Send(MessageType.Accept, payload);
            }),
            7,
            "kept fragments is 200000, and 4 bytes follow");
    }

    [Case]
    public async Task A_home_directory_has_one_name()
    {
        (await Run("mkdir t")).Is(0);
        Tells(await Ask("-r -tree -recurse -f '~' -l t", peer => SendFiles(peer, "me", "other")), 7, "other: was not requested");
        Assert.Equal(["me"], System.IO.Directory.EnumerateFileSystemEntries(PathOf("t")).Select(Path.GetFileName));
    }

    [Case]
    public async Task A_client_is_not_sent_to_another_host_and_tells_nothing_of_it()
    {
        var result = await Ask("-s localhost -r -f x -l target -connect direct -timeout 5", peer =>
        {
            peer.AwaitGreeting();
            peer.Expect<Offer>();
            peer.Greet();
            peer.Send(new Accept(new Terms(10_000_000, Terms.NoMode, Limits.MaxBlock, 0)));
            peer.Send(new Listening(9, ["127.7.7.7"]));
            peer.Send(new Widen(1));
            peer.HearOut();
            Assert.Equal("no data connection could be made", peer.Verdict!.Value.Cause);
        });
        Tells(result, 3, "no data connection");
        Assert.DoesNotContain("127.7.7.7", result.Error, StringComparison.Ordinal);
        TargetIsWhole();
    }

    [Case]
    public async Task What_a_program_there_prints_does_not_reach_the_terminal_as_it_is()
    {
        var text = "NAME\u001b[2J\u0007\rx\nnext\u009bline"u8.ToArray();
        var result = await Ask(
            "ls host:dir",
            peer =>
            {
                AcceptAll(peer);
                var header = Block(0, 0, text);
                peer.Send(header, text);
                peer.Send(new End(text.Length, 1, header.Fingerprint));
                peer.HearOut();
            },
            program: "yarchive");
        Assert.Equal("NAME\\x1b[2J\\x07\\x0dx\nnext\\x9bline", result.Output);
    }

    [Case]
    public async Task What_a_manifest_says_does_not_reach_the_terminal_as_it_is()
    {
        var result = await Run("""
            yarchive put a -- echo data || exit
            sed -i -e '/^# end/d' -e $'s/^# started .*/# started \e[2Jnow/' -e $'s/^# made .*/# made \e[2Jme/' a.manifest
            yarchive info a; yarchive ls .
            """);
        Assert.Contains("\\x1b[2Jnow", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Case]
    public async Task Very_many_filters_in_a_manifest_are_not_started()
    {
        var result = await Run("""
            yarchive put a --filter gzip -- echo data || exit
            (head -n 1 a.manifest; for i in $(seq 1500); do echo '# filter gzip'; done; sed -e 1d -e '/^# end/d' a.manifest) > new
            printf '%s' "$(sed -n 's/^\(# end .* sha256\) .*/\1/p' a.manifest) " >> new
            printf '%s\n' "$(sha256sum < new | cut -d' ' -f1)" >> new; mv new a.manifest
            yarchive get -e local h:"$PWD/a"; echo $?
            """);
        result.Prints("2\n").Says("1501 filters");
    }

    [Case]
    public async Task What_a_far_end_prints_that_is_no_text_is_told_by_its_size()
    {
        var result = await Run("dmscp -w -e 'sh -c \"head -c 500 /dev/zero; head -c 500 /dev/urandom; exit 3\"' -l pattern:1m -f null:");
        result.IsNot(0).Says("bytes that are not text");
        Assert.True(result.Error.Length < 400, result.ToString());
    }

    private static void Propose(ScriptedPeer peer, Offer offer)
    {
        peer.Greet();
        peer.Send(offer);
        peer.AwaitGreeting();
    }

    /// <summary>The peer answers no Ping while the server is at work, so the timeout is one that only a hang reaches.</summary>
    private void OpenTree(ScriptedPeer peer, TreeFlags flags, int timeout = 5) =>
        Open(peer, Offers() with { Resource = Resource.Tree("", [PathOf("t")], flags, []), TimeoutSeconds = timeout });

    private void SendFiles(ScriptedPeer peer, params string[] names)
    {
        AcceptAll(peer);
        SendAll(peer, [.. names.Select(name => Packed(new TreeEntry { Kind = EntryKind.File, Path = RawText.Encode(name), Mode = 0x1A4, Size = 1, Span = 1 }, 1))]);
    }

    private void SendAll(ScriptedPeer peer, params byte[][] entries)
    {
        byte[] block = [.. entries.SelectMany(static entry => entry)];
        var header = Block(0, 0, block);
        peer.Send(header, block);
        peer.Send(new End(block.Length, 1, header.Fingerprint));
        peer.HearOut();
    }

    private void SendEntries(ScriptedPeer peer, IEnumerable<byte[]> entries)
    {
        var block = new List<byte>();
        foreach (var entry in entries)
        {
            if (block.Count + entry.Length > BlockSize)
            {
                Flush(peer, block);
            }

            block.AddRange(entry);
        }

        Flush(peer, block);
    }

    private void Flush(ScriptedPeer peer, List<byte> block)
    {
        peer.Send(Block(_sequence++, _offset, block.ToArray()), block.ToArray());
        _offset += block.Count;
        if (++_unacknowledged > 8)
        {
            peer.Await(MessageType.Ack);
            _unacknowledged--;
        }

        block.Clear();
    }

    private static byte[] Packed(scoped in TreeEntry entry, int data = 0)
    {
        var packed = new byte[entry.OverheadSize + data];
        entry.Write(packed, data);
        return packed;
    }
}
