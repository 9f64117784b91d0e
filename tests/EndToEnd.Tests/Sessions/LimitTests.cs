using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>One limit is made certain, and the last lines of a copy name it: over TCP and over datagrams, for the side that sends here and for the one that sends there.</summary>
public sealed class LimitTests : CopyTest
{
    private const string Up = """
        set -e
        export LAB_DIR=$PWD/lab LAB_NAME=$PIPE_TEST
        lab=$CHECKOUT/tests/lab/lab
        trap '"$lab" down > down 2>&1' EXIT
        copy() { "$lab" a dmscp -s b -ssh-config "$LAB_DIR/ssh_config" -prefix "PATH=$PATH" -d "$PWD" -v -events events "$@" 2> words || { cat words; false; }; }
        head -c 40000000 /dev/urandom > source
        fast=cat
        slow() { while dd bs=1000000 count=1 iflag=fullblock status=none > piece && [ -s piece ]; do cat piece; sleep 0.2; done; }
        limit() { grep -c "^dmscp: limited by: $1\$" words || cat words; grep -o '"event":"limit","by":"[a-z ]*"' events; }
        declare -f slow > slow.sh; echo slow >> slow.sh

        """;

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("sink", "-w -l source -R 'bash slow.sh > there'", "udp")]
    [InlineData("source", "-r -R 'bash slow.sh < source' -l there", "tcp")]
    [InlineData("rate", "-w -l source -f there -rate 8m", "tcp")]
    public Task Over_a_fast_cable(string limit, string copy, string channel) => NameOverCable(limit, copy, channel);

    [Cases(Needs.Whole, Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("sink", "-w -l source -R 'bash slow.sh > there'", "tcp")]
    [InlineData("sink", "-r -f source -L 'bash slow.sh > there'", "tcp")]
    [InlineData("source", "-w -L 'bash slow.sh < source' -f there", "tcp")]
    [InlineData("source", "-w -L 'bash slow.sh < source' -f there", "udp")]
    [InlineData("source", "-r -R 'bash slow.sh < source' -l there", "udp")]
    [InlineData("rate", "-w -l source -f there -rate 8m", "udp")]
    [InlineData("rate", "-r -f source -l there -rate 8m", "tcp")]
    public Task Over_a_fast_cable_in_other_directions(string limit, string copy, string channel) => NameOverCable(limit, copy, channel);

    private async Task NameOverCable(string limit, string copy, string channel)
    {
        var result = await Run($"CHECKOUT='{Checkout.Root}'\n{Up}\"$lab\" veth > up 2>&1 < /dev/null\ncopy {copy} -channel {channel}\ncmp source there\nlimit '{limit}'");
        result.Is(0);
        Assert.Equal($"1\n\"event\":\"limit\",\"by\":\"{limit}\"", result.Output.Trim());
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-w -l source -f there", "tcp")]
    [InlineData("-r -f source -L 'cat > there'", "udp")]
    public Task Over_a_link_of_small_rate(string copy, string channel) => NameOverLink(copy, channel);

    [Cases(Needs.Whole, Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-w -l source -f there", "udp")]
    [InlineData("-r -f source -l there", "tcp")]
    public Task Over_a_link_of_small_rate_in_other_directions(string copy, string channel) => NameOverLink(copy, channel);

    private async Task NameOverLink(string copy, string channel)
    {
        var result = await Run($"CHECKOUT='{Checkout.Root}'\n{Up}\"$lab\" up --rate 40 --delay 10 > up 2>&1 < /dev/null\ncopy {copy} -channel {channel}\ncmp source there\nlimit network");
        result.Is(0);
        Assert.Equal("1\n\"event\":\"limit\",\"by\":\"network\"", result.Output.Trim());
    }

    /// <summary>The kernel's CUBIC on a link that loses much.</summary>
    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("congestion control", "up --rate 300 --delay 60 --loss 2", "-channel tcp -streams 1")]
    public async Task For_another_reason(string limit, string road, string options)
    {
        var result = await Run($"CHECKOUT='{Checkout.Root}'\n{Up}\"$lab\" {road} > up 2>&1 < /dev/null\n\"$lab\" congestion cubic\ncopy -w -l source -f there {options}\ncmp source there\nlimit '{limit}'");
        result.Is(0);
        Assert.Equal($"1\n\"event\":\"limit\",\"by\":\"{limit}\"", result.Output.Trim());
    }
}
