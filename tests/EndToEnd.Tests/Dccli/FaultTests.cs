namespace EndToEnd.Tests.Dccli;

/// <summary>A destination that fails, stalls or dies changes nothing for the others, and is named with its cause.</summary>
public sealed class FaultTests : FanOutTest
{
    /// <summary>Whether the result of a destination has that many bytes.</summary>
    private const string BytesOf = """
        bytes() { python3 -c 'import json, sys; print([one["bytes"] for one in map(json.loads, open("results")) if one["destination"] == sys.argv[1]] == [int(sys.argv[2])])' $1 $2; }

        """;

    [Case(Needs.Sshd)]
    public async Task A_host_that_is_not_reached_is_named() =>
        (await Run(Prelude + "make 1000000; dccli -r -F $SSH_CONFIG source HOST:$PWD/t1 closed:$PWD/t2 nobody:$PWD/t2; echo $?; same t1; ls t2"))
            .Prints("1\nt1\n").Says("closed: ", "nobody: ", "2 of 3 destinations failed: closed, nobody");

    [Case(Needs.Sshd)]
    public async Task No_host_that_is_reached_is_exit_status_3() =>
        (await Run(Prelude + "make 1000; dccli -r -F $SSH_CONFIG source closed:$PWD/t1 nobody:$PWD/t2")).Is(3).Says("2 of 2 destinations failed");

    [Case]
    public async Task What_cannot_be_read_is_said_once_and_is_exit_status_1() =>
        (await Run(Prelude + """
            make 1000; mkdir source/small3.d; ln -s nowhere source/broken
            dccli -r $TO source h1:$PWD/t1 h2:$PWD/t2 2> said; echo $?; grep -c 'error:.*broken' said; ls t1/source | wc -l
            """)).Prints("1\n1\n202\n");

    /// <summary>Each destination lacks it, so each has failed, with the cause.</summary>
    [Cases("python3")]
    [InlineData("source", "./source: not a regular file")]
    [InlineData("fifo", "./fifo: not a regular file")]
    [InlineData("/dev/zero", "/dev/zero: ")]
    [InlineData("-r source", "./source/broken: no such file or directory")]
    public async Task What_cannot_be_read_fails_every_destination(string source, string cause) =>
        (await Run(Prelude + $$"""
            make 1000; mkfifo fifo; ln -s nowhere source/broken
            dccli --json --events events $TO {{source}} h1:$PWD/t1 h2:$PWD/t2 false:/nonexistent/x/y > results; echo $?
            python3 -c '
            import json
            for line in [*open("results"), *(line for line in open("events") if json.loads(line)["event"] == "result")]:
                one = json.loads(line); print(one["destination"], one["ok"], one["exit"], one["cause"].startswith("{{cause}}") or one["cause"].startswith("false:"))' | sort | uniq -c | tr -s ' '
            """)).Is(0).Prints("1\n 2 false False 1 True\n 2 h1 False 1 True\n 2 h2 False 1 True\n").Says("3 of 3 destinations failed: h1, h2, false");

    [Case("python3")]
    public async Task Bytes_that_a_destination_cannot_store_are_not_counted() =>
        (await Run(Prelude + BytesOf + """
            make 30000000; mkdir -p t2/source/large/in t2/source/small7/in
            dccli -r --json $TO source h1:$PWD/t1 h2:$PWD/t2 > results; echo $?
            bytes h1 $(cat t1/source/* | wc -c); bytes h2 $(cat t2/source/small* 2> /dev/null | wc -c)
            """)).Is(0).Prints("1\nTrue\nTrue\n").Says("h2: 2 could not be copied");

    /// <summary>The file is shorter, or other, than when the copy began.</summary>
    [Cases("python3")]
    [InlineData("truncate -s 1000 source/large")]
    [InlineData("head -c 1 /dev/zero >> source/large")]
    public async Task A_source_that_changes_meanwhile_fails_every_destination(string change)
    {
        var running = Start(Prelude + BytesOf + """
            make 60000000; dccli -r --json --rate 20m $TO source h1:$PWD/t1 h2:$PWD/t2 > results; echo $?
            bytes h1 $(cat t1/source/* | wc -c); bytes h2 $(cat t2/source/* | wc -c)
            """);
        await Moving(running, 2);
        (await Run(change)).Is(0);
        (await running.End()).Prints("1\nTrue\nTrue\n").Says("2 of 2 destinations failed: h1, h2");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task A_source_that_is_not_there_is_said_before_any_login() =>
        (await Run("dccli --launch false nothing h1:/x h2:/x")).Is(1).Says("dccli: error: nothing: no such file or directory");

    [Case(Needs.Mount)]
    public async Task A_full_disk_fails_alone_and_a_second_run_completes_it()
    {
        var result = await RunWithMounts(Prelude + """
            make 20000000; mount -t tmpfs -o size=5m none t2
            dccli -r $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t2 t3
            mount -o remount,size=50m t2; dccli -rZ $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t2 t3
            """);
        result.Prints("1\nt1\nt3\n0\nt1\nt2\nt3\n").Says("h2: ", "no space left", "1 of 3 destinations failed: h2");
    }

    /// <summary>The others finish while it is stopped, in bounded memory; then it catches up.</summary>
    [Case]
    public async Task A_receiver_that_is_stopped_holds_nobody_up()
    {
        var running = Start(Prelude + "make 400000000; echo ready; dccli -r --memory 16m --rate 80m $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t2 t3");
        var (client, _) = await Moving(running, 3);
        var stopped = await ServerOf(running, "t2");
        Processes.Signal(stopped.Id, "STOP");
        await running.Until(() => IsWhole("t1") && IsWhole("t3"), "the other two are done", seconds: 90);
        Assert.InRange(PeakOf(client.Id), 1, 120_000);
        Assert.False(running.HasEnded);
        Processes.Signal(stopped.Id, "CONT");
        (await running.End()).Is(0).Prints("ready\n0\nt1\nt2\nt3\n");
    }

    [Case]
    public async Task What_changes_after_the_others_have_it_fails_the_one_that_reads_again()
    {
        var running = Start(Prelude + "make 200000000; dccli -r --memory 16m --rate 30m $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t3");
        await Moving(running, 3);
        var stopped = await ServerOf(running, "t2");
        Processes.Signal(stopped.Id, "STOP");
        await running.Until(() => IsWhole("t1") && IsWhole("t3"), "the other two are done", seconds: 90);
        var large = new byte[100];
        using (var file = File.OpenWrite(PathOf("source/large")))
        {
            file.Position = file.Length / 2;
            file.Write(large);
        }

        Processes.Signal(stopped.Id, "CONT");
        (await running.End()).Prints("1\n").Says("h2: the source changed while it was copied", "1 of 3 destinations failed: h2");
        MayLeaveTemporaryFiles = true;
    }

    [Cases]
    [InlineData("wait", 0)]
    [InlineData("drop:2", 1)]
    [InlineData("drop:50%", 1)]
    public async Task A_receiver_that_is_stopped_is_waited_for_or_given_up_if_that_is_asked_for(string slow, int status)
    {
        var running = Start(Prelude + $"make 200000000; dccli -r --memory 16m --rate 20m --slow {slow} --timeout 60 $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t3");
        await Moving(running, 3);
        var stopped = await ServerOf(running, "t2");
        Processes.Signal(stopped.Id, "STOP");
        if (status == 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            Assert.False(IsWhole("t1") || IsWhole("t3"));
        }
        else
        {
            await running.Until(() => IsWhole("t1") && IsWhole("t3"), "the other two are done", seconds: 90);
        }

        Processes.Signal(stopped.Id, "CONT");
        var result = (await running.End()).Prints($"{status}\nt1\nt3\n");
        _ = status == 0 ? result : result.Says("h2: too slow");
        MayLeaveTemporaryFiles = status != 0;
    }

    [Cases]
    [InlineData("--retries 0", "1\nt1\nt3\n0\nt2\n")]
    [InlineData("--retries 2", "0\nt1\nt2\nt3\n0\nt2\n")]
    public async Task A_receiver_that_is_killed_is_taken_up_again_or_completed_by_a_second_run(string options, string printed)
    {
        var running = Start(Prelude + $"make 200000000; dccli -r {options} --rate 40m $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t2 t3; dccli -q -rZ $TO source h2:$PWD/t2; echo $?; same t2");
        await Moving(running, 3);
        Processes.Signal((await ServerOf(running, "t2")).Id, "KILL");
        (await running.End()).Prints(printed);
    }

    /// <summary>Each of them reads the source itself, and the memory is enough for one at a time.</summary>
    [Case("python3")]
    public async Task Copies_that_are_taken_up_again_take_turns_where_memory_is_scarce()
    {
        var running = Start(Prelude + """
            make 24000000; mkdir t4
            dccli -r --json --memory 8m --rate 8m --events events $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3 h4:$PWD/t4 > results; echo $?; same t1 t2 t3 t4
            python3 -c '
            import json
            results = list(map(json.loads, open("results")))
            print(sorted(one["retries"] for one in results), {one["ok"] for one in results})
            again, moving = set(), {}
            for one in map(json.loads, open("events")):
                name = one.get("destination")
                if one["event"] == "retry": again.add(name)
                elif one["event"] == "state" and one["state"] == "moving" and name in again: moving[name] = [one["t"]]
                elif one["event"] == "result" and name in moving: moving[name].append(one["t"])
            spans = sorted(moving.values())
            print(len(spans), all(before[1] <= after[0] for before, after in zip(spans, spans[1:])))'
            """);
        var (_, servers) = await Moving(running, 4);
        Array.ForEach(servers, server => Processes.Signal(server.Id, "KILL"));
        MayLeaveTemporaryFiles = true;
        (await running.End()).Prints("0\nt1\nt2\nt3\nt4\n[1, 1, 1, 1] {True}\n4 True\n");
    }

    [Cases]
    [InlineData(2, "0\nt1\nt2\n3\n")]
    [InlineData(1, "1\nt1\n2\n")]
    public async Task A_host_that_comes_back_late_is_taken_up_again(int retries, string printed)
    {
        var running = Start(Prelude + $$"""
            make 24000000
            printf '#!/bin/sh\n[ $1 != h2 ] || { echo >> logins; [ $(wc -l < logins) != 2 ] || exit 255; }\nshift; exec "$@"\n' > node; chmod +x node
            dccli -r --retries {{retries}} --rate 8m --launch './node %h' source h1:$PWD/t1 h2:$PWD/t2; echo $?; same t1 t2; wc -l < logins
            """);
        running.CloseInput();
        Processes.Signal((await ServerOf(running, "t2")).Id, "KILL");
        MayLeaveTemporaryFiles = retries == 1;
        (await running.End()).Prints(printed);
    }

    /// <summary>The others do not wait for a login that does not end, even though memory has no room for the blocks that it will need.</summary>
    [Case]
    public async Task A_host_that_does_not_answer_holds_up_no_other_one()
    {
        var running = Start(Prelude + """
            make 100000000
            printf '#!/bin/sh\n[ $1 != hung ] || exec sleep 1000\nshift; exec "$@"\n' > node; chmod +x node
            dccli -r --memory 8m --timeout 1000 --launch './node %h' source h1:$PWD/t1 hung:$PWD/t2 h3:$PWD/t3; echo $?; same t1 t3
            """);
        running.CloseInput();
        await running.Until(() => IsWhole("t1") && IsWhole("t3"), "the other two are done", seconds: 90);
        Processes.Signal((await Find(process => process.Words[0] == "sleep", "the login")).Id, "KILL");
        (await running.End()).Prints("1\nt1\nt3\n").Says("1 of 3 destinations failed: hung");
    }

    /// <summary>It never continues by itself: the server of the retry ends it and takes over its partial file, and nothing is left.</summary>
    [Cases]
    [BothWays]
    public async Task A_receiver_that_is_stopped_for_good_is_replaced(Far far)
    {
        var (options, host1, host2) = far == Far.Local ? ("$TO", "h1", "h2") : ("-F $SSH_CONFIG", "HOST", "HOST");
        var running = Start(Prelude + $"make 60000000; dccli -r --timeout 5 --rate 10m {options} source {host1}:$PWD/t1 {host2}:$PWD/t2; echo $?; same t1 t2");
        await Moving(running, 2);
        var stopped = await ServerOf(running, "t2");
        await running.Until(() => File.Exists(PathOf("t2/source/.large.pipe-part")), "a partial file");
        Processes.Signal(stopped.Id, "STOP");
        var result = (await running.End()).Prints("0\nt1\nt2\n").Says("silent for 5 seconds; trying again");
        Assert.DoesNotContain("a copy that has not ended", result.Error);
        Assert.Null(Processes.Get(stopped.Id));
    }

    /// <summary>The earlier server belongs to another call, which may continue: a message explains why this one waits.</summary>
    [Case]
    public async Task A_copy_waits_for_the_partial_file_of_another_call_and_reports_it()
    {
        var running = Start(Prelude + "make 60000000; dccli -r --timeout 100 --rate 10m $TO source h1:$PWD/t1 h2:$PWD/t2; echo $?");
        await Moving(running, 2);
        var stopped = await ServerOf(running, "t2");
        await running.Until(() => File.Exists(PathOf("t2/source/.large.pipe-part")), "a partial file");
        Processes.Signal(stopped.Id, "STOP");
        var second = Start(Prelude + "dccli -rZ $TO source h2:$PWD/t2; echo $?; same t2");
        await second.Until(() => second.Error.Contains("waiting: h2: ", StringComparison.Ordinal), "the report why it waits", seconds: 90);
        Processes.Signal(stopped.Id, "KILL");
        (await second.End()).Prints("0\nt2\n").Says("large: an earlier copy is still writing it");
        (await running.End()).Prints("0\n");
    }

    [Case]
    public async Task With_strict_one_that_fails_ends_all()
    {
        var result = await Run(Prelude + "make 300000000; dccli -r --strict --rate 20m $TO source h1:$PWD/t1 h2:/nonexistent/x/y; echo $?; ls t1/source/large");
        result.Prints("1\n").Says("h2: /nonexistent/x: no such file or directory", "ended because another destination has failed");
        MayLeaveTemporaryFiles = true;
    }

    [Case]
    public async Task A_signal_ends_all_and_leaves_nothing()
    {
        var running = Start(Prelude + "make 300000000; exec dccli -r --rate 20m $TO source h1:$PWD/t1 h2:$PWD/t2");
        var (client, _) = await Moving(running, 2);
        Processes.Signal(client.Id, "TERM");
        (await running.End()).Is(6).Says("interrupted");
        MayLeaveTemporaryFiles = true;
    }
}
