using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Tests.Security;

/// <summary>A test of copies with an attacker in the middle, who can do anything that is possible without the secret.</summary>
public abstract class MiddleTest : CopyTest
{
    protected const int BlockSize = 1 << 20;

    /// <summary>What a copy takes in from a file and what it makes of it: the blocks may come in any order.</summary>
    protected const string ToFile = "-w -l source -d \"$PWD\" -f target";

    /// <summary>Both ends are pipes: the blocks have to be put in order, and the sender keeps what is not acknowledged.</summary>
    protected const string FromCommandToCommand = "-r -d \"$PWD\" -R 'cat source' -L 'cat > part && mv part target'";

    public static TheoryData<string> Protections => ["-authenticate", "-encrypt"];

    public static TheoryData<string, string> ProtectedCopies => new()
    {
        { "-authenticate", ToFile },
        { "-encrypt", ToFile },
        { "-authenticate", FromCommandToCommand },
        { "-encrypt", FromCommandToCommand },
    };

    private protected Middle Between(Far far = Far.Local) => new(Directory, () => StartServer(far));

    /// <summary>Copies this many blocks, and checks that a run that reports success is one, regardless of the attack.</summary>
    private protected async Task<Verdict> Copy(Middle middle, string options, string copy = ToFile, int blocks = 12)
    {
        MakeSource(blocks);
        var verdict = await End(StartCopy(middle, options, copy));
        Assert.True(IsWhole == (verdict.Result.Status == 0), $"{(IsWhole ? "whole" : "not whole")}: {verdict.Result}");
        Assert.True(IsWhole == File.Exists(PathOf("target")), $"not whole, and yet there: {verdict.Result}");
        return verdict;
    }

    protected bool IsWhole =>
        File.Exists(PathOf("target")) && File.ReadAllBytes(PathOf("target")).AsSpan().SequenceEqual(File.ReadAllBytes(PathOf("source")));

    /// <summary>Starts to copy what is there as source.</summary>
    private protected Running StartCopy(Middle middle, string options, string copy = ToFile) =>
        Start($"PATH='{middle.Directory}':$PATH exec dmscp {copy} -s HOST -ssh-config \"$SSH_CONFIG\" -connect direct -timeout 5 {options} -v -events events");

    private protected async Task<Verdict> End(Running copying)
    {
        copying.CloseInput();
        var result = await copying.End(60);
        using var last = JsonDocument.Parse(File.ReadLines(PathOf("events")).Last());
        return new Verdict(result, last.RootElement.GetProperty("damaged").GetInt32(), last.RootElement.GetProperty("lost").GetInt32());
    }

    /// <summary>Bytes that are never the same, but for words at the start of each block.</summary>
    protected byte[] MakeSource(int blocks, int seed = 1)
    {
        var source = new byte[blocks * BlockSize];
        new Random(seed).NextBytes(source);
        for (var at = 0; at < source.Length; at += BlockSize)
        {
            Words.CopyTo(source.AsSpan(at));
        }

        File.WriteAllBytes(PathOf("source"), source);
        return source;
    }

    protected static ReadOnlySpan<byte> Words => "these are the words of the source"u8;

    private Process StartServer(Far far)
    {
        var start = far == Far.Local
            ? new ProcessStartInfo(Path.Combine(Lab.Shared.Programs, "dmscp"), ["-server"])
            : new ProcessStartInfo("ssh", ["-F", SshConfig, "HOST", "dmscp -server"]);
        start.WorkingDirectory = Directory;
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        start.Environment["PIPE_TEST"] = Tag;
        start.Environment["SSH_CONNECTION"] = "127.0.0.1 1 127.0.0.1 22";
        return Process.Start(start)!;
    }
}

/// <summary>How a copy ended, and what it noticed.</summary>
internal sealed record Verdict(Result Result, int Damaged, int Lost)
{
    /// <summary>The copy is whole, and had to make good just so much.</summary>
    public void MadeGood(int damaged, int lost) => Assert.True(
        Result.Status == 0 && (Damaged, Lost) == (damaged, lost), $"{Damaged} damaged, {Lost} lost instead of {damaged} and {lost}: {Result}");

    /// <summary>Whether it failed or was made good, it did not pass unseen.</summary>
    public void Noticed() => Assert.True(Result.Status != 0 || Damaged + Lost > 0, $"not noticed: {Result}");
}
