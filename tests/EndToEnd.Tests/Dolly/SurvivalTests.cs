namespace EndToEnd.Tests.Dolly;

/// <summary>When nodes of a chain fail, all others finish, and the failed ones are named.</summary>
public sealed class SurvivalTests : ChainTest
{
    [Cases]
    [InlineData(Far.Local)]
    [InlineData(Far.Ssh)]
    public async Task A_file_reaches_every_node(Far far)
    {
        var how = far == Far.Local ? "--launch local -H n1,n2,n3 -O $PWD/%h/copy" : "--ssh \"ssh -F $SSH_CONFIG\" -H HOST,OTHER -O $PWD/%h/copy";
        var names = far == Far.Local ? "n1 n2 n3" : "HOST OTHER";
        (await Run(Prelude + $"make 30000000; mkdir {names} 2> /dev/null; dolly -I source {how}; echo $?; same {names}"))
            .Prints($"0\n{names.Replace(' ', '\n')}\n");
    }

    [Cases]
    [InlineData("n1", "")]
    [InlineData("n2", "")]
    [InlineData("n4", "")]
    [InlineData("n2", "--channel udp")]
    public async Task A_node_that_is_killed_is_named_and_the_others_finish(string victim, string options)
    {
        var running = Start(Prelude + $"make 60000000; dolly {options} -r 0 --rate 10m --launch local -I source -O $PWD/%h/copy -H 'n[1-4]'; echo $?; same n1 n2 n3 n4");
        var server = await NodeOf(running, victim);
        await Stored(running, "n4", 8_000_000);
        Processes.Signal(server.Id, "KILL");
        var others = new[] { "n1", "n2", "n3", "n4" }.Where(name => name != victim);
        (await running.End()).Prints($"2\n{string.Join('\n', others)}\n").Says($"1 of 4 nodes failed: {victim}");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task Two_neighbours_that_are_stopped_are_left_out()
    {
        var running = Start(Prelude + "make 60000000; dolly -r 0 -a 4 --rate 10m --launch local -I source -O $PWD/%h/copy -H 'n[1-4]'; echo $?; same n1 n2 n3 n4");
        var servers = new[] { await NodeOf(running, "n2"), await NodeOf(running, "n3") };
        await Stored(running, "n4", 8_000_000);
        foreach (var server in servers)
        {
            Processes.Signal(server.Id, "STOP");
        }

        (await running.End()).Prints("2\nn1\nn4\n").Says("2 of 4 nodes failed: n2, n3");
        foreach (var server in servers)
        {
            Processes.Signal(server.Id, "KILL");
        }

        MayLeaveTemporaryFiles = true;
    }

    [Case(Needs.Mount)]
    public async Task A_full_disk_is_named_with_its_error_and_the_others_finish()
    {
        var result = await RunWithMounts(Prelude + """
            make 30000000; mount -t tmpfs -o size=5m none n2
            dolly -r 0 --launch local -I source -O $PWD/%h/copy -H 'n[1-4]'; echo $?; same n1 n2 n3 n4
            """);
        result.Prints("2\nn1\nn3\nn4\n").Says("n2: ", "no space left", "1 of 4 nodes failed: n2");
    }

    /// <summary>The nodes end by themselves, and the next run does not send data that they have.</summary>
    [Case]
    public async Task A_head_that_is_killed_leaves_what_the_next_run_goes_on_from()
    {
        var running = Start(Prelude + """
            make 60000000
            dolly -r 0 --rate 10m --launch local -I source -O $PWD/%h/copy -H 'n[1-3]' & wait $!
            echo $?
            dolly -r 0 --json --launch local -I source -O $PWD/%h/copy -H 'n[1-3]' > results; echo $?; same n1 n2 n3
            """);
        await NodeOf(running, "n3");
        await Stored(running, "n3", 20_000_000);
        var head = await Find(process => process.Words[0].EndsWith("dolly", StringComparison.Ordinal), "the head");
        Processes.Signal(head.Id, "KILL");
        (await running.End()).Prints("137\n0\nn1\nn2\nn3\n");
    }

    [Case]
    public async Task Standard_input_reaches_those_after_a_dead_node()
    {
        var running = Start(Prelude + "make 60000000; cat source | dolly -r 0 --rate 10m --launch local -I - -O $PWD/%h/copy -H 'n[1-4]'; echo $?; same n1 n2 n3 n4");
        var server = await NodeOf(running, "n1");
        await Stored(running, "n4", 8_000_000);
        Processes.Signal(server.Id, "KILL");
        (await running.End()).Prints("2\nn2\nn3\nn4\n");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task A_source_that_changes_meanwhile_is_no_success()
    {
        var running = Start(Prelude + "make 60000000; dolly -r 0 --rate 10m --launch local -I source -O $PWD/%h/copy -H 'n[1-2]'; echo $?; ls n1 n2");
        await NodeOf(running, "n2");
        await Stored(running, "n2", 20_000_000);
        using (var file = File.OpenWrite(PathOf("source")))
        {
            file.Position = 1000;
            file.Write(new byte[100]);
        }

        (await running.End()).Prints("1\nn1:\n\nn2:\n").Says("the file changed while it was read");
        MayLeaveTemporaryFiles = true;
    }

    [Case(Needs.Sshd)]
    public async Task A_node_whose_login_is_cut_is_started_again_and_goes_on()
    {
        var running = Start(Prelude + "make 60000000; mkdir HOST OTHER; dolly --rate 10m --ssh \"ssh -F $SSH_CONFIG\" -I source -O $PWD/%h/copy -H HOST,OTHER; echo $?; same HOST OTHER");
        await NodeOf(running, "OTHER");
        await Stored(running, "OTHER", 20_000_000);
        var login = await Find(process => process.Words[0].EndsWith("ssh", StringComparison.Ordinal) && process.Words.Contains("OTHER"), "the login to the node");
        Processes.Signal(login.Id, "KILL");
        (await running.End()).Prints("0\nHOST\nOTHER\n");
    }
}
