namespace EndToEnd.Tests.Dccli;

/// <summary>One source to several destinations that are all well.</summary>
public sealed class CopyTests : FanOutTest
{
    [Cases]
    [InlineData("")]
    [InlineData("--encrypt")]
    [InlineData("--authenticate")]
    [InlineData("--channel udp")]
    [InlineData("--connect ssh")]
    [InlineData("--checksum none")]
    [InlineData("--streams 5")]
    public async Task A_tree_arrives_everywhere(string options) =>
        (await Run(Prelude + $"make 30000000; dccli -r {options} $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3 && same t1 t2 t3"))
            .Is(0).Prints("t1\nt2\nt3\n").Says("h1 ", "h2 ", "h3 ", " ok");

    [Case(Needs.Sshd)]
    public async Task Hosts_are_reached_by_ssh() =>
        (await Run(Prelude + "make 30000000; dccli -r -F $SSH_CONFIG source HOST:$PWD/t1 OTHER:$PWD/t2 && same t1 t2")).Is(0).Prints("t1\nt2\n");

    [Case]
    public async Task Several_sources_go_into_each_directory() =>
        (await Run(Prelude + "make 1000; dccli $TO source/small1 source/small2 h1:$PWD/t1 h2:$PWD/t2 && ls t1 t2")).Is(0)
            .Prints("t1:\nsmall1\nsmall2\n\nt2:\nsmall1\nsmall2\n");

    [Case]
    public async Task Everything_about_a_tree_is_kept() =>
        (await Run(Prelude + """
            make 1000000; ln -s small1 source/link; ln source/small2 source/second; mkfifo source/fifo; chmod 640 source/small3; touch -d 2001-02-03 source/small4; truncate -s 5m source/holes
            look() { (cd $1; find . -printf '%p %y %m %s %T@ %n %l\n' | sort | grep -v '^\. '); }
            dccli -a $TO source h1:$PWD/t1 h2:$PWD/t2 && diff <(look source) <(look t1/source) && diff <(look source) <(look t2/source) && stat -c %b t1/source/holes
            """)).Is(0).Prints("0\n");

    /// <summary>What strace saw of the client: each byte of the source is read by one call.</summary>
    [Case("strace")]
    public async Task Each_byte_of_the_source_is_read_once() =>
        (await Run(Prelude + $$"""
            make 60000000
            strace -f -qq -y -e trace=pread64,read,readv,preadv,mmap -o trace dccli -r $TO source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3; echo $?
            {{BytesRead}}
            """)).Is(0).Prints("0\n");

    [Cases]
    [InlineData("cat large |", "")]
    [InlineData("", "< large")]
    public async Task Standard_input_goes_to_a_file_everywhere(string before, string after) =>
        (await Run($"TO='--launch local'; head -c 40000000 /dev/urandom > large; mkdir t1 t2; {before} dccli $TO - h1:$PWD/t1/f h2:$PWD/t2/f {after} && cmp large t1/f && cmp large t2/f")).Is(0);

    [Case]
    public async Task Standard_input_goes_to_a_command_everywhere() =>
        (await Run("mkdir t1 t2; seq 100000 | dccli --launch local --command 'sort -n | tail -1 > last' - h1:$PWD/t1 h2:$PWD/t2 && cat t1/last t2/last")).Is(0).Prints("100000\n100000\n");

    [Case]
    public async Task Destinations_come_from_a_list_and_from_host_lists() =>
        (await Run(Prelude + """
            make 1000; mkdir t4; printf '# two\nh1:%s/t1\n\nh2:%s/t2\n' $PWD $PWD > list
            dccli -r $TO --to list source h3:$PWD/t3 && same t1 t2 t3
            printf "h4:$PWD/t4\n" | dccli -r $TO --to - source && same t4
            dccli -r -q $TO source "n[01-03]:$PWD/t1/../n" 2>&1 | head -3; ls n | head -1
            SLURM_JOB_NODELIST='n[1-2],m' dccli -r $TO --json --allocation source :$PWD/slurm | grep -o '"destination":"[^"]*"'
            """)).Prints("t1\nt2\nt3\nt4\nlarge\n\"destination\":\"n1\"\n\"destination\":\"n2\"\n\"destination\":\"m\"\n");

    [Case("python3")]
    public async Task Results_and_events_are_json() =>
        (await Run(Prelude + """
            make 1000000; dccli -r --json --events events $TO source h1:$PWD/t1 h2:/nonexistent/x > results; echo $?
            python3 -c '
            import json
            for line in open("results"):
                one = json.loads(line); print(one["destination"], one["ok"], one["exit"], one["bytes"] > 0, one["cause"])
            events = [json.loads(line) for line in open("events")]
            print(sorted({one["destination"] for one in events if one["event"] == "state"}))
            print([(one["destination"], one["ok"]) for one in events if one["event"] == "result"] and events[-1]["event"], events[-1]["exit"], events[-1]["failed"])'
            """)).Is(0).Prints("1\nh1 True 0 True None\nh2 False 1 False h2: /nonexistent: no such file or directory\n['h1', 'h2']\nverdict 1 1\n");

    [Cases("python3")]
    [InlineData("")]
    [InlineData("-Z")]
    public async Task Progress_has_the_total_and_the_result_every_byte(string options) =>
        (await Run(Prelude + $$"""
            make 24000000; dccli -r {{options}} --json --rate 8m --events events $TO source h1:$PWD/t1 h2:$PWD/t2 > results
            python3 -c '
            import json, os
            size = sum(os.path.getsize("source/" + name) for name in os.listdir("source"))
            print([json.loads(line)["bytes"] == size for line in open("results")])
            print({one["total"] == size for one in map(json.loads, open("events")) if one["event"] == "progress"})'
            """)).Is(0).Prints("[True, True]\n{True}\n");

    [Case("python3")]
    public async Task Differences_are_json_too() =>
        (await Run(Prelude + """
            make 1000; cp -r source t1; dccli -r --verify --json $TO source h1:$PWD/t1 h2:$PWD/t2 > results; echo $?
            python3 -c '
            import json
            for one in map(json.loads, open("results")): print(one["destination"], "path" in one, one.get("ok"))' | sort | uniq -c | tr -s ' '
            """)).Prints("1\n 1 h1 False True\n 1 h2 False False\n 202 h2 True None\n");

    [Case]
    public async Task Verbose_ends_with_a_summary_for_each_destination() =>
        (await Run(Prelude + "make 3000000; dccli -r -v $TO source h1:$PWD/t1 h2:$PWD/t2")).Is(0).Says("h1: 3", " bytes in ", "/s, way: direct, lanes: 2, damaged: 0, lost: 0");

    /// <summary>HOST reaches the destinations by an ssh of its own, which here is a child process; the other way leads to it by name of the source.</summary>
    [Case(Needs.Sshd)]
    public async Task Another_machine_sends() =>
        (await Run(Prelude + """
            make 1000000; mkdir fake; printf '#!/bin/sh\ncase " $* " in *" -G "*) exit 0;; esac\nfor last; do :; done\ncd; exec sh -c "$last"\n' > fake/ssh; chmod +x fake/ssh
            AT="-F $SSH_CONFIG --prefix PATH=$PWD/fake:\$PATH"
            dccli -r $AT -H HOST $PWD/source h1:$PWD/t1 h2:$PWD/t2; echo $?; same t1 t2
            dccli -r $AT HOST:$PWD/source h3:$PWD/t3 h4:/nonexistent/x; echo $?; same t3
            dccli -r --json $AT -H HOST $PWD/source h1:$PWD/t1 | grep -o '"ok":true'
            dccli $AT -H HOST - h1:/x < /dev/null; echo $?
            """)).Prints("0\nt1\nt2\n1\nt3\n\"ok\":true\n2\n").Says("h4: /nonexistent: no such file", "1 of 2 destinations failed: h4", "standard input as the source: not where another machine sends");
}
