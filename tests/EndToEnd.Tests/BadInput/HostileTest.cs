using System.Text.RegularExpressions;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>
/// The shipped program on one side, a script on the other. Whatever the script says, the file <c>target</c> stays as it was,
/// and the program ends with one line that says why.
/// </summary>
public abstract partial class HostileTest : CopyTest
{
    private const string Old = "old\n";

    /// <summary>No reader of a peer may need more memory than this, whatever the peer claims.</summary>
    private const string Frugal = "export DOTNET_GCHeapHardLimit=6000000; ";

    /// <summary>Runs <c>dmscp -server</c> against a client that follows the script.</summary>
    private protected async Task<(Result Result, ScriptedPeer Peer)> Serve(Action<ScriptedPeer> script, int seconds = 120)
    {
        await Prepare();
        var serving = Start(Frugal + "export SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0'; exec dmscp -server < to > from");
        return await Play(serving, script, seconds);
    }

    /// <summary>Runs dmscp, or another program, against a server that follows the script.</summary>
    private protected async Task<Result> Ask(string words, Action<ScriptedPeer> script, int seconds = 120, string program = "dmscp")
    {
        await Prepare();
        var asking = Start($"{Frugal}exec {program} {words} --launch 'sh -c \"cat < to & exec cat > from\"' < /dev/null");
        return (await Play(asking, script, seconds)).Result;
    }

    /// <summary>Runs yscp between two hosts: evil, which follows the script, and good, where a real server runs.</summary>
    private protected async Task<Result> Relay(string words, Action<ScriptedPeer> script, int seconds = 120)
    {
        await Prepare();
        await File.WriteAllTextAsync(PathOf("reach"), """
            #!/bin/bash
            [ "${*: -2:1}" = good ] || { cat < to & exec cat > from; }
            export SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0'
            exec /bin/sh -c "${*: -1}"
            """);
        var relaying = Start($"chmod +x reach; {Frugal}exec yscp -S \"$PWD/reach\" {words} < /dev/null");
        return (await Play(relaying, script, seconds)).Result;
    }

    /// <summary>A server up to where it has accepted what the client offered.</summary>
    private protected static Offer AcceptAll(ScriptedPeer peer, int window = 0)
    {
        peer.AwaitGreeting();
        var offer = peer.Expect<Offer>();
        peer.Greet();
        peer.Send(new Accept(new Terms(-1, Terms.NoMode, Limits.MaxBlock, offer.Role == Role.Receiver ? window : 0)));
        return offer;
    }

    /// <summary>A client that offers to write, or read, <c>target</c>.</summary>
    private protected Offer Offers(Role role = Role.Receiver, ConnectMode way = ConnectMode.Ssh) => new(
        Entropy.Bytes(Limits.SessionSize),
        Entropy.Bytes(Limits.SecretSize),
        role,
        Resource.File(Directory, "target"),
        DigestKind.XxHash3,
        InPlace: false,
        Protection.Clear,
        way,
        DataHost: "",
        Lanes: 2,
        MostLanes: 2,
        LowPort: 0,
        HighPort: 0,
        Buffer: 0,
        Rate: 0,
        TimeoutSeconds: 5,
        PatienceSeconds: 0,
        Archiving: null,
        new Terms(-1, Terms.NoMode, Limits.MaxBlock, 0));

    /// <summary>Greets, offers and waits for the server to accept.</summary>
    private protected static void Open(ScriptedPeer peer, Offer offer)
    {
        peer.Greet();
        peer.Send(offer);
        peer.AwaitGreeting();
        peer.Expect<Accept>();
    }

    private protected static BlockHeader Block(ulong sequence, long offset, ReadOnlySpan<byte> payload) =>
        BlockHeader.Data(offset, payload.Length, sequence, Digest.Of(DigestKind.XxHash3, payload, offset));

    /// <summary>One line that says what is wrong, and nothing on the terminal that is not text.</summary>
    private protected static void Tells(Result result, int status, params string[] words)
    {
        result.Is(status).Says(words);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Count(line => Complaint().IsMatch(line)) == 1, result.ToString());
        Assert.True(lines.All(line => line.StartsWith("dmscp: ", StringComparison.Ordinal)), result.ToString());
        Assert.DoesNotContain(result.Error, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain("internal error", result.Error, StringComparison.Ordinal);
    }

    private protected static void GaveUp((Result Result, ScriptedPeer Peer) end, ExitCode code, string words = "")
    {
        end.Result.Is(1);
        Assert.Equal("", end.Result.Error);
        Assert.True(end.Peer.Verdict is not null, "the server ended without a word");
        var verdict = end.Peer.Verdict.Value;
        Assert.True(verdict.Code == code && verdict.Cause.Contains(words, StringComparison.Ordinal), $"{verdict}");
        Assert.DoesNotContain(verdict.Cause, char.IsControl);
    }

    private protected void TargetIsWhole() => Assert.Equal(Old, File.ReadAllText(PathOf("target")));

    private async Task Prepare()
    {
        if (!File.Exists(PathOf("to")))
        {
            await File.WriteAllTextAsync(PathOf("target"), Old);
            (await Run("mkfifo to from")).Is(0);
        }
    }

    private async Task<(Result Result, ScriptedPeer Peer)> Play(Running running, Action<ScriptedPeer> script, int seconds)
    {
        running.CloseInput();
        var peer = await Connect().WaitAsync(TimeSpan.FromSeconds(seconds));
        var playing = Task.Factory.StartNew(() => Follow(peer, script), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var result = await running.End(seconds);
        await playing.WaitAsync(TimeSpan.FromSeconds(seconds));
        return (result, peer);
    }

    private static void Follow(ScriptedPeer peer, Action<ScriptedPeer> script)
    {
        using (peer)
        {
            script(peer);
            peer.HearOut();
        }
    }

    /// <summary>Opening a fifo waits for the other side.</summary>
    private Task<ScriptedPeer> Connect() => Task.Factory.StartNew(
        () =>
        {
            var output = Fd.Open(PathOf("to"), OpenFlags.WriteOnly);
            return new ScriptedPeer(Fd.Open(PathOf("from"), OpenFlags.ReadOnly), output);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    [GeneratedRegex("^dmscp: error: .+: .+$")]
    private static partial Regex Complaint();
}
