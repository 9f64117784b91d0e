using System.Diagnostics;

namespace EndToEnd.Tests.Sessions;

/// <summary>The client and its ssh end at the same moment, so that nothing can tell the server: it sees that all connections are closed, and soon cleans up.</summary>
public sealed class OrphanTests : CopyTest
{
    /// <summary>Only a hang reaches it.</summary>
    private const int Seconds = 60;

    [Cases(Needs.Sshd)]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task What_it_has_begun_is_soon_gone(string signal)
    {
        (await Run("mkdir source target; for i in 1 2 3 4; do head -c 6000000 /dev/urandom > source/$i; done")).Is(0);
        var copying = Start("exec yscp -r -F \"$SSH_CONFIG\" --rate 1m source HOST:\"$PWD/target\"", Far.Ssh);
        copying.CloseInput();
        await copying.Until(() => Left().Count > 0 && Processes.Tagged(Tag).Exists(process => process.Name == "ssh"), "pieces have arrived");
        var ssh = Processes.Tagged(Tag).Where(process => process.Name == "ssh").Select(process => process.Id);
        foreach (var id in ssh.Append(copying.Id))
        {
            Processes.Signal(id, signal);
        }

        (await copying.End()).Is(1).Says("interrupted");
        var watch = Stopwatch.StartNew();
        while (Left().Count > 0 && watch.Elapsed.TotalSeconds < Seconds)
        {
            await Task.Delay(100);
        }

        Assert.Empty(Left());
    }

    private List<string> Left() => [.. System.IO.Directory.EnumerateFiles(PathOf("target"), ".pipe-*", SearchOption.AllDirectories)];
}
