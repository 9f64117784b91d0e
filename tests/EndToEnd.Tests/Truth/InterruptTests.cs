namespace EndToEnd.Tests.Truth;

/// <summary>A signal to the local end: exit status 6, and nothing left anywhere.</summary>
public sealed class InterruptTests : CopyTest
{
    public static TheoryData<string, string, Far> All()
    {
        string[] copies =
        [
            "dmscp -w $FAR -rate 2m -l pattern:40m -d \"$PWD\" -f target",
            "dmscp -w $FAR -rate 2m -l pattern:40m -d \"$PWD\" -R 'echo up >&2; cat > target; touch done'",
            "dmscp -w $FAR -L 'sleep 300; echo x' -d \"$PWD\" -f target",
            "dmscp -r $FAR -rate 2m -f pattern:40m -l target",
            "dmscp -r $FAR -rate 2m -f pattern:40m -L 'cat > target; touch done'",
            "dmscp -r $FAR -R 'sleep 300; echo x' -l target",
        ];
        string[] signals = ["INT", "TERM", "HUP"];
        var data = new TheoryData<string, string, Far>();
        for (var i = 0; i < copies.Length; i++)
        {
            data.Add(copies[i], signals[i % signals.Length], Far.Local);
            if (Lab.Shared.WhyNoSshd is null)
            {
                data.Add(copies[i], signals[(i + 1) % signals.Length], Far.Ssh);
            }
        }

        return data;
    }

    [Cases]
    [MemberData(nameof(All))]
    public async Task A_copy_that_is_interrupted_leaves_nothing(string copy, string signal, Far far)
    {
        var copying = Start($"exec {copy} -events events", far);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        await Task.Delay(300);
        Processes.Signal(copying.Id, signal);
        (await copying.End(40)).Is(6).Says("interrupted");
        Assert.False(File.Exists(PathOf("done")));
        Assert.False(copy.Contains("-l target", StringComparison.Ordinal) && File.Exists(PathOf("target")));
        Assert.False(copy.Contains("-f target", StringComparison.Ordinal) && File.Exists(PathOf("target")));
    }

    [Case]
    public async Task An_interruption_while_ssh_is_connecting_is_one()
    {
        // A listener that sends nothing.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var copying = Start($"exec dmscp -w -s HOST -ssh-config $SSH_CONFIG -P {port} -l pattern:1m -f null:");
        using var connection = await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Processes.Signal(copying.Id, "INT");
        (await copying.End(40)).Is(6);
    }

    [Case]
    public async Task A_signal_to_the_far_end_is_told()
    {
        var copying = Start("exec dmscp -w $FAR -rate 2m -l pattern:40m -d \"$PWD\" -f target");
        var server = await Find(IsServer, "the server");
        await Task.Delay(500);
        Processes.Signal(server.Id, "TERM");
        (await copying.End(40)).IsNot(0);
        Assert.False(File.Exists(PathOf("target")));
    }
}
