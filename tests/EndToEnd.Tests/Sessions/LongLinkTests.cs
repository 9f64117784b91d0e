using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>Over the emulated link of tests/lab: two hosts, 300 Mbit/s, 60 ms there and back.</summary>
public sealed class LongLinkTests : CopyTest
{
    private const string Up = """
        set -e
        export LAB_DIR=$PWD/lab LAB_NAME=$PIPE_TEST
        lab=$CHECKOUT/tests/lab/lab
        trap '"$lab" down > down 2>&1' EXIT
        "$lab" up --rate 300 --delay 30 > up 2>&1 < /dev/null
        copy() { "$lab" a dmscp -s b -ssh-config "$LAB_DIR/ssh_config" -prefix "PATH=$PATH" -v -events events "$@" 2> words || { cat words; false; }; }
        used() { tail -n 1 events | grep -o '"lanes":[0-9]*'; }
        head -c 40000000 /dev/urandom > source

        """;

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("copy -r -d $PWD -f source -l there")]
    [InlineData("copy -w -connect reverse -encrypt -l source -d $PWD -f there")]
    public Task A_long_link_gets_eight_data_connections(string copy) => CopyOverEight(copy);

    [Cases(Needs.Whole, Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("copy -w -l source -d $PWD -f there")]
    [InlineData("copy -w -d $PWD -f there < source")]
    [InlineData("copy -r -connect reverse -d $PWD -R 'cat source' > there")]
    public Task A_long_link_gets_eight_data_connections_in_other_directions(string copy) => CopyOverEight(copy);

    private async Task CopyOverEight(string copy)
    {
        var result = await RunThere(copy + "\ncmp source there\nused");
        Assert.Equal("\"lanes\":8", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-streams 3", 3)]
    [InlineData("-wsz 1m", 2)]
    public async Task Unless_it_was_said_how_many(string option, int lanes)
    {
        var result = await RunThere($"copy -w {option} -l source -d $PWD -f there\ncmp source there\nused");
        Assert.Equal($"\"lanes\":{lanes}", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("copy -w -l source -d $PWD -f there")]
    [InlineData("copy -w -connect reverse -l source -d $PWD -f there")]
    public async Task It_is_used_by_bbr_whatever_the_route_says(string copy)
    {
        var result = await RunThere($"\"$lab\" congestion cubic\n{copy}\ncmp source there\ngrep -o 'congestion control: .*' words");
        Assert.Equal("congestion control: bbr", result.Output.Trim());
    }

    private async Task<Result> RunThere(string script)
    {
        var result = await Run($"CHECKOUT='{Checkout.Root}'\n{Up}{script}");
        result.Is(0);
        return result;
    }
}
