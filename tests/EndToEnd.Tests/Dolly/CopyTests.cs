namespace EndToEnd.Tests.Dolly;

/// <summary>A chain whose nodes are all well.</summary>
public sealed class CopyTests : DollyTest
{
    private const string Hosts = "server $(hostname)\\nfirstclient n1\\nlastclient n3\\nclients 3\\nn1\\nn2\\nn3\\nendconfig\\n";

    [Cases]
    [InlineData("")]
    [InlineData("--encrypt")]
    [InlineData("--authenticate")]
    [InlineData("--fanout 2")]
    [InlineData("--streams 2")]
    [InlineData("--checksum sha256")]
    [InlineData("--rate 40m")]
    [InlineData("--verify=read")]
    [InlineData("--channel udp")]
    [InlineData("--channel udp --encrypt --fanout 2")]
    [InlineData("--channel auto")]
    public async Task A_file_arrives_on_every_node(string options) =>
        (await Run(Prelude + $"make 20000001; dolly {options} -I image $TO && same n1 n2 n3")).Is(0).Prints("n1\nn2\nn3\n").Says("n1 ", "n2 ", "n3 ", " ok");

    [Cases]
    [InlineData("tcp", "direct")]
    [InlineData("udp", "direct udp")]
    public async Task The_way_and_the_bottleneck_of_each_link_are_reported(string channel, string way) =>
        (await Run(Prelude + $$"""
            make 12000000
            dolly --channel {{channel}} --rate 8m -v --events events -I image --launch local -H n1,n2 -O $PWD/t/%h 2> words || cat words
            grep -o '"event":"channel","node":"n.","way":"{{way}}","reason":"from [a-z0-9 ]*"' events | sort
            grep -o '"event":"limit","node":"n1","by":"rate"' events; grep -c 'n1: limited by: rate$' words; grep -c '"event":"limit","node":"n2"' events
            """)).Is(0).Prints($"\"event\":\"channel\",\"node\":\"n1\",\"way\":\"{way}\",\"reason\":\"from the head\"\n"
                + $"\"event\":\"channel\",\"node\":\"n2\",\"way\":\"{way}\",\"reason\":\"from n1\"\n"
                + "\"event\":\"limit\",\"node\":\"n1\",\"by\":\"rate\"\n1\n1\n");

    [Case(Needs.Sshd)]
    public async Task Nodes_are_started_by_ssh() =>
        (await Run(Prelude + """
            make 5000000
            dolly --ssh "ssh -F $SSH_CONFIG" -I image -O $PWD/t/%h -H HOST,OTHER && same HOST OTHER && rm t/*
            dolly --ssh-config $SSH_CONFIG -I image -O $PWD/t/%h -H HOST,OTHER && same HOST OTHER
            """)).Is(0).Prints("HOST\nOTHER\nHOST\nOTHER\n");

    [Case]
    public async Task A_longer_file_leaves_no_tail_and_holes_stay_holes() =>
        (await Run(Prelude + """
            mkdir t; truncate -s 64m image; head -c 100000 /dev/urandom | dd of=image bs=1M seek=30 conv=notrunc status=none
            head -c 90000000 /dev/urandom > t/n1
            dolly -I image $TO && same n1 n2 n3 && [ $(stat -c %b t/n2) -lt 4096 ] && stat -c %s t/n1
            """)).Is(0).Prints("n1\nn2\nn3\n67108864\n");

    [Case]
    public async Task An_empty_file_arrives() =>
        (await Run(Prelude + "make 0; dolly -I image $TO && same n1 n2 n3")).Is(0).Prints("n1\nn2\nn3\n");

    [Cases]
    [InlineData("-f config -s")]
    [InlineData("-s -f config")]
    [InlineData("-S -f config")]
    [InlineData("-vSf config")]
    public async Task A_configuration_file_is_obeyed(string options) =>
        (await Run(Prelude + $"make 3000000; printf \"# nodes\\ninfile $PWD/image\\noutfile $PWD/t/%%h\\n{Hosts}\" > config; dolly {options} --launch local && same n1 n2 n3"))
            .Is(0).Prints("n1\nn2\nn3\n");

    [Case]
    public async Task Another_server_is_refused() =>
        (await Run("printf 'infile a\\noutfile b\\nserver elsewhere\\nfirstclient n1\\nlastclient n1\\nclients 1\\nn1\\nendconfig\\n' > config; dolly -s -f config"))
            .Is(1).Says("dolly: error: Commandline parameter -s and config-file disagree on server!", "the server of the configuration is elsewhere");

    [Case]
    public async Task Standard_input_is_a_source() =>
        (await Run(Prelude + "make 30000000; cat image | dolly -I - $TO && same n1 n2 n3")).Is(0).Prints("n1\nn2\nn3\n");

    [Case]
    public async Task Commands_are_targets() =>
        (await Run(Prelude + "make 3000000; dolly -I image $NODES --command \"cat > $PWD/t/%h\" && same n1 n2 n3")).Is(0).Prints("n1\nn2\nn3\n");

    [Case("gzip")]
    public async Task Compressed_sources_are_unpacked_and_targets_packed() =>
        (await Run(Prelude + $"""
            make 9000000; gzip -k image
            printf "compressed infile $PWD/image.gz\noutfile $PWD/t/%%h\n{Hosts}" > config; dolly -S -f config --launch local && same n1 n2 n3
            printf "infile $PWD/image\ncompressed outfile $PWD/t/%%h.gz\n{Hosts}" > config; dolly -S -f config --launch local && gunzip -c t/n3.gz | cmp - image && echo packed
            """)).Is(0).Prints("n1\nn2\nn3\npacked\n");

    [Case("gzip")]
    public async Task A_damaged_archive_fails_every_node_and_leaves_nothing() =>
        (await Run(Prelude + $"""
            make 9000000; gzip image; printf XXXX | dd of=image.gz bs=1 seek=4000000 conv=notrunc status=none
            printf "compressed infile $PWD/image.gz\noutfile $PWD/t/%%h\n{Hosts}" > config; dolly -S -f config --launch local; echo $?; ls t
            """)).Prints("1\n").Says("3 of 3 nodes failed");

    [Case]
    public async Task Split_sources_and_targets_are_numbered_files() =>
        (await Run(Prelude + $"""
            make 5000000; split -b 2000000 -d -a 1 image image_
            printf "infile $PWD/image split\noutfile $PWD/t/%%h\n{Hosts}" > config; dolly -S -f config --launch local && same n1 n2 n3
            printf "infile $PWD/image\noutfile $PWD/t/%%h split 1M\n{Hosts}" > config; dolly -S -f config --launch local && cat t/n2_0 t/n2_1 t/n2_2 t/n2_3 t/n2_4 | cmp - image && ls t | grep -c _
            dolly -q -S -f config --launch local; echo $?
            """)).Prints("n1\nn2\nn3\n15\n1\n").Says("n1_0: exists already");

    [Case("tar")]
    public async Task Directories_travel_as_a_tar_stream() =>
        (await Run(Prelude + """
            mkdir -p t/n1 t/n2 t/n3 source/skip; seq 1000 > source/a; ln -s a source/b; echo > source/skip/c
            dolly -D source -X source/skip -O $PWD/t/%h $NODES && for one in n1 n2 n3; do (cd t/$one && find . | sort | tr '\n' ' ' && cmp source/a ../../source/a); done
            """)).Is(0).Prints(string.Concat(Enumerable.Repeat(". ./source ./source/a ./source/b ", 3)));

    [Case]
    public async Task Dummy_data_use_no_disk()
    {
        var result = await Run(Prelude + $"printf \"dummy 8\\n{Hosts}\" > config; dolly -d -S -f config --launch local --json | grep -c '\"bytes\":8388608'; dolly -d -t 1 $NODES -o log && wc -w < log");
        result.Is(0).Prints("3\n6\n");
    }

    [Case]
    public async Task The_log_has_the_lines_of_dolly() =>
        (await Run(Prelude + """
            make 1000000; dolly -q -o log -I image $TO && dolly -v -o log -I image $TO
            sed -E "s|$PWD|.|; s/[0-9]+\.[0-9]+/N/g; s/ +/ /g; s/ $//" log
            """)).Is(0).Prints("""
            infile = 'image'
            outfile = './t/%h'
             1460 3 N N N
            infile = 'image'
            outfile = './t/%h'
            Standard TCP segment size : 1460 Bytes (1514 Byte eth)
            Server : ''
            Fanout = 1
            Nr of childs = 1
            Nr of hosts = 3
            Time: N
            MBytes/s: N
            Aggregate MBytes/s: N

            """).Says("MBytes/s: ");

    [Case("python3")]
    public async Task Results_and_events_are_json() =>
        (await Run(Prelude + """
            make 3000000; dolly --json --events events -I image $TO > results; echo $?
            python3 -c '
            import json
            for line in open("results"):
                one = json.loads(line); print(one["node"], one["position"], one["ok"], one["bytes"], one["verified"], len(one["digest"]), one["parents"])
            events = [json.loads(line) for line in open("events")]
            print(sorted({one["node"] for one in events if one["event"] == "state"}), [one["node"] for one in events if one["event"] == "result"])
            print(events[-1]["event"], events[-1]["exit"], events[-1]["failed"])'
            """)).Is(0).Prints("0\nn1 1 True 3000000 written 16 head\nn2 2 True 3000000 written 16 n1\nn3 3 True 3000000 written 16 n2\n['n1', 'n2', 'n3'] ['n1', 'n2', 'n3']\nverdict 0 0\n");

    [Case]
    public async Task Without_options_it_tells_how_to_start() =>
        (await Run("dolly; echo $?; dolly -V | cut -d' ' -f1,2; dolly -h | head -1")).Prints("1\ndolly (Pipe)\nusage: dolly [OPTION ...] -I FILE [-O FILE] -H HOSTS\n").Says("dolly -I FILE -O FILE -H node[1-64]", "dolly --classic");

    [Case]
    public async Task A_missing_source_or_configuration_is_reported_before_any_login() =>
        (await Run("dolly --launch false -I nothing -O /x -H n1; echo $?; dolly -s -f nothing")).Is(1).Prints("1\n").Says("nothing: no such file or directory", "nothing: ");
}
