using System.Globalization;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>Data ports that cannot be used: the copy goes through ssh, soon, and the user learns why and what would help.</summary>
public sealed class FallbackTests : CopyTest
{
    private const string Up = """
        export LAB_DIR=$PWD/lab LAB_NAME=$PIPE_TEST XDG_CACHE_HOME=$PWD/cache
        lab=$CHECKOUT/tests/lab/lab
        trap '"$lab" down > down 2>&1' EXIT
        copy() { timeout 100 "$lab" a dmscp -s b -ssh-config "$LAB_DIR/ssh_config" -prefix "PATH=$PATH" -d "$PWD" "$@" 2> said; status=$?; cat said >&2; return "$status"; }
        head -c 3000000 /dev/urandom > source

        """;

    /// <summary>More than a login, a handshake and the wait for the first acknowledgement take, and far less than TCP takes to give up.</summary>
    private const int Soon = 45;

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-w -l source -f there", "tcp")]
    [InlineData("-r -f source -l there", "tcp")]
    [InlineData("-w -l source -f there", "auto")]
    [InlineData("-r -f source -l there", "auto")]
    public async Task Connections_that_carry_nothing_are_left_for_ssh(string copy, string channel)
    {
        var result = await Lab("--hole 1000", $"copy {copy} -channel {channel} -timeout 60 -v || exit; cmp source there; echo $SECONDS");
        result.Is(0).Says("no data connection", "go through ssh", "--ports");
        Assert.InRange(int.Parse(result.Output.Trim(), CultureInfo.InvariantCulture), 0, Soon);
    }

    [Cases(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    [InlineData("-w -l source -f there")]
    [InlineData("-r -f source -l there")]
    public async Task Where_ssh_is_not_wanted_the_cause_is_told_within_the_timeout(string copy)
    {
        var result = await Lab("--hole 1000", $"copy {copy} -connect direct -channel tcp -timeout 30; echo $?; test ! -e there && [ $SECONDS -lt 60 ] && echo soon");
        result.Prints("3\nsoon\n").Says("packets of full size do not arrive");
    }

    [Case(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    public async Task A_firewall_is_met_once_and_then_remembered()
    {
        var result = await Lab("--firewall 1", """
            copy -w -l source -f there || exit
            grep -c 'no data connection' said; grep -c -e '--connect ssh' said
            copy -w -l source -f again -v || exit
            cmp source there; cmp source again; grep -c 'warning' said; grep -c 'way: ssh' said; ls cache/pipe/closed-ports | wc -l
            """);
        result.Prints("1\n1\n0\n1\n1\n");
    }

    [Case(Needs.Root, "ip", "gcc", Needs.Tunnel)]
    public async Task What_is_remembered_is_for_these_ports_and_this_choice_only() =>
        (await Lab("", """
            copy -w -l source -f one -v || exit
            mkdir -p cache/pipe/closed-ports; "$lab" link firewall 1; copy -w -l source -f two -v || exit; "$lab" link firewall 0
            copy -w -l source -f three -v -connect direct || exit; grep -c 'way: direct' said
            copy -w -l source -f four -v -ports 23000-23010 || exit; grep -c 'way: direct' said
            copy -w -l source -f five -v || exit; grep -c 'way: ssh' said
            touch -d '16 minutes ago' cache/pipe/closed-ports/*; copy -w -l source -f six -v || exit; grep -c 'way: direct' said
            """)).Is(0).Prints("1\n1\n1\n1\n");

    private Task<Result> Lab(string link, string script) =>
        Run($"CHECKOUT='{Checkout.Root}'\n{Up}\"$lab\" up --rate 100 --delay 5 {link} > up 2>&1 < /dev/null\n{script}", seconds: 110);
}
