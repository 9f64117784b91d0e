namespace EndToEnd.Tests.Dolly;

/// <summary>A node that fails is named, and changes nothing for the others.</summary>
public sealed class FaultTests : DollyTest
{
    [Cases]
    [InlineData("n1")]
    [InlineData("n2")]
    [InlineData("n3")]
    public async Task A_node_that_is_killed_is_left_out(string node)
    {
        var running = Start(Prelude + "make 100000000; dolly -r 0 --rate 20m -I image $TO; echo $?; same n1 n2 n3");
        var victim = await NodeOf(running, node);
        await running.Until(() => HasStored(victim), $"{node} has stored something");
        Processes.Signal(victim.Id, "KILL");
        var others = string.Concat(new[] { "n1", "n2", "n3" }.Where(one => one != node).Select(one => one + "\n"));
        (await running.End()).Prints("2\n" + others).Says($"dolly: error: {node}: ", "(at byte ", $"1 of 3 nodes failed: {node}");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task A_node_that_is_killed_comes_back_and_completes()
    {
        var running = Start(Prelude + "make 100000000; dolly --rate 10m -I image $TO; echo $?; same n1 n2 n3");
        var victim = await NodeOf(running, "n2");
        await running.Until(() => HasStored(victim), "n2 has stored something");
        Processes.Signal(victim.Id, "KILL");
        (await running.End()).Prints("0\nn1\nn2\nn3\n").Says("ok, started again");
        MayLeaveTemporaryFiles = true;
    }

    [Case(Needs.Sshd)]
    public async Task A_node_that_is_not_reached_is_named() =>
        (await Run(Prelude + "make 5000000; dolly --ssh-config $SSH_CONFIG -I image -O $PWD/t/%h -H HOST,closed,OTHER; echo $?; same HOST OTHER"))
            .Prints("2\nHOST\nOTHER\n").Says("closed: ", "1 of 3 nodes failed: closed");

    [Cases(Needs.Sshd)]
    [InlineData("-H closed,nobody", 1)]
    [InlineData("--strict -H HOST,closed", 1)]
    public async Task No_node_and_strict_are_status_1(string options, int status) =>
        (await Run(Prelude + $"make 5000; dolly --ssh-config $SSH_CONFIG {options} -I image -O $PWD/t/%h")).Is(status);

    [Case(Needs.Mount)]
    public async Task A_full_disk_fails_alone() =>
        (await RunWithMounts(Prelude + """
            make 20000000; mkdir t/n2; mount -t tmpfs -o size=5m none t/n2
            dolly -I image $NODES -O "$PWD/t/%h/image" 2> said; mkdir t/n1 t/n3; dolly -I image $NODES -O "$PWD/t/%h/image"; echo $?
            for one in n1 n3; do cmp image t/$one/image && echo $one; done
            """)).Prints("2\nn1\nn3\n").Says("n2: ", "no space left", "errno 28", "1 of 3 nodes failed: n2");

    [Case]
    public async Task Too_few_descriptors_are_said_before_any_login() =>
        (await Run(Prelude + "make 1000; ulimit -n 100; dolly --launch false -H n[1-64] -I image -O $PWD/t/%h")).Is(1).Says("64 nodes need more descriptors than there are, which are enough for 5");

    /// <summary>The pipe stays open and empty.</summary>
    [Case]
    public async Task A_source_that_stalls_ends_the_run_at_the_limit()
    {
        var result = await Run(Prelude + "mkdir t; mkfifo p; exec 3<> p; dolly -a 2 -I - $TO < p; echo $?; exec 3>&-; ls t");
        result.Prints("1\n").Says("n3: nothing has moved for 2 seconds", "3 of 3 nodes failed");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task A_signal_ends_all_and_leaves_nothing()
    {
        var running = Start(Prelude + "make 300000000; exec dolly --rate 20m -I image $TO");
        var node = await NodeOf(running, "n3");
        await running.Until(() => HasStored(node), "n3 has stored something");
        var client = await Find(process => process.Words[0].EndsWith("dolly", StringComparison.Ordinal), "the head");
        Processes.Signal(client.Id, "TERM");
        (await running.End()).Is(1).Says("interrupted");
        MayLeaveTemporaryFiles = true;
    }
}
