using System.Diagnostics;

namespace EndToEnd.Tests.Sessions;

/// <summary>The client and its ssh end at the same moment, so that nothing can tell the server: it sees that all connections are closed, and soon cleans up.</summary>
public sealed class OrphanTests : CopyTest
{
    /// <summary>Only a hang reaches it.</summary>
    private const int Seconds = 60;

    [Cases(Needs.Sshd)]
    [InlineData("TERM", "yscp -r", 1, ".pipe-*")]
    [InlineData("HUP", "yscp -r", 1, ".pipe-*")]
    [InlineData("TERM", "ytar", 6, ".target.ytar-*")]
    [InlineData("HUP", "ytar", 6, ".target.ytar-*")]
    public async Task Its_temporary_files_are_soon_removed(string signal, string program, int status, string temporary)
    {
        (await Run($"mkdir source{(program == "ytar" ? "" : " target")}; for i in 1 2 3 4; do head -c 6000000 /dev/urandom > source/$i; done")).Is(0);
        var copying = Start($"exec {program} -F \"$SSH_CONFIG\" --rate 1m --events events source HOST:\"$PWD/target\"", Far.Ssh);
        copying.CloseInput();
        await copying.Until(() => IsDirect() && Left(temporary).Count > 0 && Processes.Tagged(Tag).Exists(process => process.Name == "ssh"), "pieces have arrived");
        var ssh = Processes.Tagged(Tag).Where(process => process.Name == "ssh").Select(process => process.Id);
        foreach (var id in ssh.Append(copying.Id))
        {
            Processes.Signal(id, signal);
        }

        (await copying.End()).Is(status).Says("interrupted");
        var watch = Stopwatch.StartNew();
        while (Left(temporary).Count > 0 && watch.Elapsed.TotalSeconds < Seconds)
        {
            await Task.Delay(20);
        }

        Assert.Empty(Left(temporary));
    }

    private bool IsDirect() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal);

    private IReadOnlyList<string> Left(string temporary) => Repository.Checkout.Run("find", Directory, "-name", temporary).Lines;
}
