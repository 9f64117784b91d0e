using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Dccli;

/// <summary>Copies to hosts in network namespaces behind a bridge, each with an sshd of its own.</summary>
public sealed class NetworkTests : FanOutTest
{
    [Cases(Needs.Cluster)]
    [InlineData("")]
    [InlineData("--channel udp")]
    [InlineData("--connect reverse")]
    public async Task A_tree_arrives_everywhere(string options) =>
        (await Run(Behind(3, $"make 20000000; dccli -r -F $SSH_CONFIG {options} source n1:$PWD/t1 n2:$PWD/t2 n3:$PWD/t3 && same t1 t2 t3"))).Is(0).Prints("t1\nt2\nt3\n");

    [Case(Needs.Cluster)]
    public async Task Another_host_sends_and_nothing_goes_through_here() =>
        (await Run(Behind(3, """
            make 30000000
            received() { "$CLUSTER" on $1 cat /sys/class/net/eth0/statistics/rx_bytes; }
            mkdir bin; printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' $SSH_CONFIG > bin/ssh; chmod +x bin/ssh
            dccli -r -F $SSH_CONFIG --prefix "PATH=$PWD/bin:\$PATH" -H n1 $PWD/source n2:$PWD/t2 n3:$PWD/t3
            same t2 t3
            test "$(received 0)" -lt 3000000; test "$(received 2)" -gt 30000000; test "$(received 3)" -gt 30000000
            """))).Is(0).Prints("t2\nt3\n");

    [Case(Needs.Cluster, "strace")]
    public async Task Each_byte_of_the_source_is_read_once() =>
        (await Run(Behind(4, $$"""
            make 60000000; mkdir t4
            strace -f -qq -y -e trace=pread64,read,readv,preadv,mmap -o trace dccli -r -F $SSH_CONFIG source n1:$PWD/t1 n2:$PWD/t2 n3:$PWD/t3 n4:$PWD/t4; echo $?
            {{BytesRead}}
            """))).Is(0).Prints("0\n");

    /// <summary>The others finish while it is stopped, in bounded memory; then it catches up.</summary>
    [Case(Needs.Cluster)]
    public async Task A_receiver_that_is_stopped_holds_up_no_other_one()
    {
        var running = Start(Behind(3, "make 200000000; dccli -r -F $SSH_CONFIG --memory 16m --rate 60m source n1:$PWD/t1 n2:$PWD/t2 n3:$PWD/t3; echo $?; same t1 t2 t3"));
        running.CloseInput();
        var (client, _) = await Moving(running, 3);
        var stopped = await ServerOf(running, "t2");
        Processes.Signal(stopped.Id, "STOP");
        await running.Until(() => IsWhole("t1") && IsWhole("t3"), "the other two are done", seconds: 90);
        Assert.InRange(PeakOf(client.Id), 1, 120_000);
        Assert.False(running.HasEnded);
        Processes.Signal(stopped.Id, "CONT");
        (await running.End()).Is(0).Prints("0\nt1\nt2\nt3\n");
    }

    /// <summary>
    /// For twice the time after which a peer counts as lost. At their rate the others take 50 seconds, so those that are done within the 60 seconds were
    /// hardly slower for it.
    /// </summary>
    [Cases(Needs.Cluster, Needs.Whole, Timeout = 170_000)]
    [InlineData("")]
    [InlineData("--channel udp")]
    public async Task A_receiver_that_is_stopped_for_a_minute_holds_up_no_other_one(string options)
    {
        var running = Start(Behind(4, $"make 240000000; mkdir t4; dccli -r -F $SSH_CONFIG {options} --memory 64m --rate 4800000 source n1:$PWD/t1 n2:$PWD/t2 n3:$PWD/t3 n4:$PWD/t4; echo $?; same t1 t2 t3 t4"));
        running.CloseInput();
        var (client, _) = await Moving(running, 4);
        var stopped = await ServerOf(running, "t2");
        Processes.Signal(stopped.Id, "STOP");
        await Task.Delay(TimeSpan.FromSeconds(60));
        var peak = PeakOf(client.Id);
        var areDone = IsWhole("t1") && IsWhole("t3") && IsWhole("t4");
        Processes.Signal(stopped.Id, "CONT");
        var result = await running.End(seconds: 100);
        MayLeaveTemporaryFiles = true;
        Assert.True(areDone, result.ToString());
        Assert.InRange(peak, 1, 180_000);
        result.Is(0).Prints("0\nt1\nt2\nt3\nt4\n");
    }

    private static string Behind(int hosts, string script) => $"""
        cat > inner << 'END_OF_INNER'
        {Prelude}
        {script}
        END_OF_INNER
        exec '{Checkout.PathOf("tests/lab/cluster")}' {hosts} bash inner
        """;
}
