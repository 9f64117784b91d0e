using System.Net;
using System.Net.Sockets;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Yscp;

/// <summary>Between two hosts that both want a password, at a terminal: real logins, one after the other.</summary>
public sealed class TwoPasswordTests : CopyTest
{
    [Cases(Needs.Mount, Needs.Sshd, "socat", "perl")]
    [InlineData("")]
    [InlineData("-3 ")]
    public async Task One_is_asked_for_after_the_other_and_none_is_shown(string options)
    {
        await File.WriteAllTextAsync(PathOf("inner"), $"""
            yscp {options}-F "$PASSWORD_CONFIG" "pw1:$PWD/source" "pw2:$PWD/far/target"
            echo "status $?"
            """);
        var running = Start($"""
            mkdir far; chmod 777 far; echo content > source
            unshare -m bash '{Checkout.PathOf("tests/lab/passwords")}' {FreePort()} '{Lab.Shared.Programs}' socat - "EXEC:bash inner,pty,setsid,ctty"
            """);
        await running.Until(() => Prompts(running) >= 1, "the first prompt");
        Assert.Single(Processes.Tagged(Tag), one => one.Name == "ssh");
        Assert.Equal("pw1", Prompted(running)[0]);
        await running.Write("first-secret\n");
        await running.Until(() => Prompts(running) >= 2 || running.Output.Contains("status", StringComparison.Ordinal), "the second prompt");
        await running.Write("second-secret\n");
        await running.Until(() => running.HasEnded || running.Output.Contains("status", StringComparison.Ordinal), "the end of the copy");
        running.CloseInput();
        var result = await running.End();
        Assert.Contains("status 0", result.Output, StringComparison.Ordinal);
        Assert.Equal(["pw1", "pw2"], Prompted(running));
        Assert.DoesNotContain("secret", result.Output, StringComparison.Ordinal);
        Assert.Equal("content\n", await File.ReadAllTextAsync(PathOf("far/target")));
    }

    private static int Prompts(Running running) => Prompted(running).Length;

    private static string[] Prompted(Running running) =>
        [.. running.Output.Split("'s password:")[..^1].Select(before => before[(before.LastIndexOf("pipe-", StringComparison.Ordinal) + "pipe-".Length)..].Split('@')[0])];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
