using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>The datagram channel over the emulated link of tests/lab: two hosts, 300 Mbit/s, 60 ms there and back.</summary>
public sealed class UdpLinkTests : CopyTest
{
    private const string Up = """
        set -e
        export LAB_DIR=$PWD/lab LAB_NAME=$PIPE_TEST
        lab=$CHECKOUT/tests/lab/lab
        trap '"$lab" down > down 2>&1' EXIT
        "$lab" up --rate 300 --delay 30 > up 2>&1 < /dev/null
        begin() { "$lab" a dmscp -s b -ssh-config "$LAB_DIR/ssh_config" -prefix "PATH=$PATH" -v -events events "$@" 2> words; }
        copy() { begin "$@" || { cat words; false; }; }
        used() { tail -n 1 events | grep -o '"way":"[a-z ]*"'; }
        moved() { grep -q '"event":"progress","bytes":[1-9]' events; }
        await() { for _ in $(seq 3000); do "$@" && return; sleep 0.01; done; echo "did not come: $*"; return 1; }
        head -c 40000000 /dev/urandom > source

        """;

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct", "copy -w -l source -d $PWD -f there")]
    [InlineData("direct", "truncate -s 4000000 source\ncopy -r -d $PWD -f source -l there -udp low")]
    [InlineData("reverse", "copy -w -connect reverse -encrypt -l source -d $PWD -f there")]
    public Task Datagrams_carry_all_over_a_link_that_loses_repeats_and_swaps_some(string way, string copy) => CarryAll(way, copy);

    [Cases(Needs.Whole, Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct", "copy -w -d $PWD -f there -udp fixed:20m < source")]
    [InlineData("reverse", "copy -r -connect reverse -authenticate -d $PWD -R 'cat source' > there")]
    public Task Datagrams_carry_streams_over_such_a_link(string way, string copy) => CarryAll(way, copy);

    private async Task CarryAll(string way, string copy)
    {
        var result = await RunThere($"\"$lab\" link loss 1; \"$lab\" link reorder 2; \"$lab\" link dup 1\n{copy} -channel udp\ncmp source there\nused");
        Assert.Equal($"\"way\":\"{way} udp\"", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("outage 3")]
    [InlineData("path-mtu 1280")]
    public async Task A_link_that_fails_for_a_while_or_carries_less_is_lived_with(string trouble)
    {
        var result = await RunThere($$"""
            "$lab" link rate 40
            copy -w -l source -d $PWD -f there -channel udp &
            await moved
            "$lab" link {{trouble}}
            wait $!
            cmp source there
            used
            """);
        Assert.Equal("\"way\":\"direct udp\"", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-encrypt")]
    [InlineData("")]
    public async Task Forged_datagrams_change_nothing(string option)
    {
        var result = await RunThere($$"""
            "$lab" link forge 50
            copy -w -l source -d $PWD -f there -channel udp {{option}}
            cmp source there
            grep -o 'damaged: .*, lost: [0-9]*' words
            "$lab" down | grep 'a>b' | grep -o '[0-9]* forged'
            """);
        var lines = result.Output.Split('\n');
        Assert.Equal("damaged: 0, lost: 0", lines[0]);
        Assert.True(int.Parse(lines[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) > 1000, lines[1]);
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("")]
    [InlineData("-connect direct")]
    public async Task Where_no_datagram_gets_through_the_run_fails_and_says_so(string option)
    {
        var result = await RunThere($$"""
            "$lab" link block 17
            begin -w -l source -d $PWD -f there -channel udp {{option}} && false
            echo $?
            grep error words
            test ! -e there
            """);
        Assert.StartsWith("3\ndmscp: error: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("direct udp: no answer to datagrams from 10.78.0.2 port", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Those of the caller do not arrive, or the answers do not.</summary>
    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("forth", "direct", "no answer to datagrams from 10.78.0.2 port [0-9]*: they do not seem to arrive there")]
    [InlineData("back", "direct", "datagrams from 10.78.0.1 arrive at port [0-9]* of 10.78.0.2, but the answers do not arrive at 10.78.0.1 port [0-9]*")]
    [InlineData("back", "reverse", "no answer to datagrams from 10.78.0.1.* port [0-9]*: they do not seem to arrive there")]
    [InlineData("forth", "reverse", "datagrams from 10.78.0.2 arrive at port [0-9]* of 10.78.0.1.*, but the answers do not arrive at 10.78.0.2 port [0-9]*")]
    public async Task The_error_says_where_datagrams_stop(string direction, string way, string words)
    {
        var result = await RunThere($$"""
            "$lab" link block-{{direction}} 17
            begin -w -l source -d $PWD -f there -channel udp -connect {{way}} && false
            echo $?
            grep -o '{{words}}' words > found || cat words
            wc -l < found
            """);
        Assert.Equal("3\n1", result.Output.Trim());
    }

    /// <summary>dolly and dccli report it too, and try once.</summary>
    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel, Needs.Whole)]
    [InlineData("forth", "dolly", "-I source -O $PWD/there -H b", "no answer to datagrams from 10.78.0.2 port [0-9]*: they do not seem to arrive there")]
    [InlineData("back", "dolly", "-I source -O $PWD/there -H b", "datagrams from 10.78.0.1 arrive at port [0-9]* of 10.78.0.2, but the answers do not arrive at 10.78.0.1 port [0-9]*")]
    [InlineData("forth", "dccli", "source b:$PWD/there", "no answer to datagrams from 10.78.0.2 port [0-9]*: they do not seem to arrive there")]
    public async Task Several_hosts_are_not_tried_again(string direction, string program, string words, string told)
    {
        var result = await RunThere($$"""
            "$lab" link block-{{direction}} 17
            "$lab" a {{program}} --ssh-config "$LAB_DIR/ssh_config" --prefix "PATH=$PATH" -v --channel udp {{words}} 2> words && false
            grep -c '{{program}}: error: .*{{told}}' words
            ! grep -e 'trying again' -e 'started again' words
            """);
        Assert.Equal("1", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct", "copy -w -l source -d $PWD -f there")]
    [InlineData("direct", "copy -r -d $PWD -f source -l there")]
    public async Task Unless_the_choice_was_left_to_the_program(string way, string copy)
    {
        var result = await RunThere($"\"$lab\" link block 17\n{copy} -channel auto\ncmp source there\nused\ngrep -c 'no answer to datagrams' words");
        Assert.Equal($"\"way\":\"{way}\"\n1", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct udp", "copy -r -d $PWD -f source -l there")]
    [InlineData("direct udp", "mkdir pipe && printf 'program dmscp\\nchannel tcp\\nchannel auto\\nudp low\\n' > pipe/config\nexport XDG_CONFIG_HOME=$PWD\ncopy -w -l source -d $PWD -f there")]
    public Task On_a_long_link_the_choice_is_datagrams(string way, string copy) => Choose(way, copy);

    [Cases(Needs.Whole, Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct udp", "copy -w -l source -d $PWD -f there")]
    [InlineData("reverse udp", "copy -w -connect reverse -l source -d $PWD -f there")]
    public Task On_a_long_link_the_choice_is_datagrams_in_other_directions(string way, string copy) => Choose(way, copy);

    private async Task Choose(string way, string copy)
    {
        var result = await RunThere($"{copy} {(copy.Contains("config", StringComparison.Ordinal) ? "" : "-channel auto")}\ncmp source there\nused");
        Assert.Equal($"\"way\":\"{way}\"", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct", "copy -w -l source -d $PWD -f there")]
    [InlineData("direct", "copy -r -d $PWD -f source -l there")]
    public async Task On_a_short_link_the_choice_is_tcp(string way, string copy)
    {
        var result = await RunThere($"\"$lab\" veth > veth 2>&1 < /dev/null\n{copy} -channel auto\ncmp source there\nused\ngrep -c 'a round trip takes [0-9]* us: tcp' words");
        Assert.Equal($"\"way\":\"{way}\"\n1", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("direct", "-w -l source -d $PWD -f there")]
    [InlineData("reverse", "-r -connect reverse -d $PWD -f source -l there")]
    public async Task Datagrams_that_are_blocked_in_the_middle_are_followed_by_connections(string way, string copy)
    {
        var result = await RunThere($$"""
            "$lab" link rate 30
            copy {{copy}} -channel auto -timeout 5 &
            await grep -q '"way":"{{way}} udp"' events
            await moved
            "$lab" link block 17
            wait $!
            cmp source there
            used
            """);
        Assert.Equal($"\"way\":\"{way}\"", result.Output.Trim());
    }

    private async Task<Result> RunThere(string script)
    {
        var result = await Run($"CHECKOUT='{Checkout.Root}'\n{Up}{script}");
        result.Is(0);
        return result;
    }
}
