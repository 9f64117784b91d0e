using Renci.SshNet;

namespace Pipe.Ssh.Tests;

/// <summary>Received data are bounded, and only data wait.</summary>
public sealed class ReceiveTests
{
    [Theory]
    [InlineData(3, 94, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3)]
    [InlineData(2, 95, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2)]
    [InlineData(0, 93, 0, 0, 0, 0, 0, 0, 0, 3)]
    [InlineData(0, 20, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0)]
    [InlineData(0, 94, 0, 0)]
    [InlineData(0)]
    [InlineData(1, 94, 0, 0, 0, 0, 127, 255, 255, 255, 1)]
    [InlineData(0, 94, 0, 0, 0, 0, 255, 255, 255, 255, 1)]
    public void The_data_of_a_message_are_counted(int count, params int[] message) => Assert.Equal(count, ReceiveGate.DataIn([.. message.Select(static one => (byte)one)]));

    [Fact(Timeout = 60_000)]
    public async Task At_the_limit_data_wait_until_the_reader_has_taken_some()
    {
        var limit = new ReceiveLimit();
        limit.Arrive(ReceiveLimit.MaxBytes);
        var next = Task.Run(() => limit.Arrive(1));
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(200)));
        limit.Release(1);
        await next;
    }

    [Fact]
    public void Nothing_weak_is_offered_and_the_known_type_comes_first()
    {
        var info = new ConnectionInfo("h", "u", new NoneAuthenticationMethod("u"));
        Algorithms.Restrict(info, ["ssh-rsa"], new ReceiveLimit());
        string[] offered = [.. info.KeyExchangeAlgorithms.Keys, .. info.Encryptions.Keys, .. info.HmacAlgorithms.Keys, .. info.HostKeyAlgorithms.Keys];
        Assert.DoesNotContain(offered, static name => name.Contains("sha1", StringComparison.Ordinal) || name.Contains("cbc", StringComparison.Ordinal) || name.Contains("md5", StringComparison.Ordinal)
            || name.Contains("cert", StringComparison.Ordinal) || name.Contains("exchange", StringComparison.Ordinal) || name is "ssh-rsa" or "ssh-dss");
        Assert.Equal(["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"], info.HostKeyAlgorithms.Keys.Take(3));
        Assert.Equal(["none"], info.CompressionAlgorithms.Keys);
    }
}
