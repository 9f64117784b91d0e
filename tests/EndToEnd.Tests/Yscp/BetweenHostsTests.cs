using System.Globalization;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Yscp;

/// <summary>Copies between two other hosts: straight where they can reach each other, else through here, with the same result.</summary>
public sealed partial class BetweenHostsTests : BetweenHostsTest
{
    private const string Straight = "data go straight";
    private const string ThroughHere = "the data go through here";

    [Cases(Needs.Sshd)]
    [InlineData("-r s t/new", "s t/new")]
    [InlineData("-r s t", "s t/s")]
    [InlineData("-rp s/ t/new", "s t/new")]
    [InlineData("-a s t/new", "s t/new")]
    [InlineData("s/big t/new", "s/big t/new")]
    [InlineData("s/b* t", "s/big t/big")]
    [InlineData("--encrypt s/big t/new", "s/big t/new")]
    [InlineData("--authenticate --streams 5 -T -r s t/new", "s t/new")]
    [InlineData("-Z -r s t/new", "s t/new")]
    public async Task Data_go_straight(string words, string same) =>
        (await Between($"make; between -v {words} && diff -r {same}")).Is(0).Says(Straight, "way: straight");

    /// <summary>The source measures a short path, and its end of the copy connects anew, by the secret of the other session.</summary>
    [Case(Needs.Sshd)]
    public async Task The_source_chooses_the_channel() =>
        (await Between("make; between -vv --channel auto --rate 4m s/big t/new && cmp s/big t/new")).Is(0).Says("data go straight udp, lanes: 1: OTHER reaches HOST", "data go straight, lanes: ", "HOST listens for tcp", "way: straight,");

    /// <summary>Each connection has the channel of its host; between the two, that which both have.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("auto", "tcp", "straight,")]
    [InlineData("tcp", "auto", "straight,")]
    [InlineData("auto", "udp", "straight udp,")]
    [InlineData("udp", "auto", "straight udp,")]
    [InlineData("udp", "udp", "straight udp,")]
    [InlineData("udp", "tcp", "ssh,")]
    [InlineData("tcp", "udp", "ssh,")]
    public async Task Hosts_of_different_channels_use_what_they_have_in_common(string from, string to, string way)
    {
        var result = (await Between($"""
            make; mkdir pipe; printf 'host HOST\nchannel {from}\nhost OTHER\nchannel {to}\n' > pipe/config; export XDG_CONFIG_HOME=$PWD
            between -v s/big t/new && cmp s/big t/new
            """)).Is(0);
        if (way != "ssh,")
        {
            result.Says($"way: {way}");
        }
        else
        {
            result.Says(ThroughHere, $"HOST has the data channel {from}, OTHER has the data channel {to}");
        }
    }

    [Case(Needs.Sshd)]
    public async Task What_is_little_needs_no_connection() =>
        (await Between("make; between -v s/small t/new && cmp s/small t/new")).Is(0).Says("too little", "way: ssh");

    [Cases(Needs.Sshd)]
    [InlineData("-3 -r s t/new", "way: ssh")]
    [InlineData("-3 -Zr s t/new", "way: ssh")]
    [InlineData("--connect direct -r s t/new", "way: direct")]
    [InlineData("--connect reverse -r s t/new", "way: reverse")]
    [InlineData("--connect ssh -r s t/new", "way: ssh")]
    public async Task Who_names_another_way_gets_it(string words, string way)
    {
        var result = (await Between($"make; between -v {words} && diff -r s t/new")).Is(0).Says(way);
        Assert.DoesNotContain(Straight, result.Error, StringComparison.Ordinal);
    }

    [Cases(Needs.Sshd, Needs.Root, "unshare")]
    [InlineData("HOST", "-r s t/new", "s t/new")]
    [InlineData("OTHER", "-r s t/new", "s t/new")]
    [InlineData("OTHER", "-Za s t/new", "s t/new")]
    [InlineData("HOST", "s/big t/new", "s/big t/new")]
    public async Task Data_go_through_here_if_the_hosts_cannot_reach_each_other(string island, string words, string same)
    {
        var result = (await Between($"island={island} ISLAND={island}; make; between -v {words} && diff -r {same}")).Is(0);
        result.Says(ThroughHere, "OTHER to HOST: ", "HOST to OTHER: ");
        Assert.DoesNotContain(Straight, result.Error, StringComparison.Ordinal);
    }

    /// <summary>The half that is there is a tenth of the tree short of all: what is sent is little more than what is missing.</summary>
    [Cases(Needs.Sshd, Needs.Root, "unshare")]
    [InlineData("", "way: straight")]
    [InlineData("OTHER", ThroughHere)]
    public async Task Only_what_is_missing_is_sent(string island, string says)
    {
        var result = (await Between($"""
            island={island} ISLAND={island}
            make; cp -r s t; head -c 10000000 s/big > t/s/big; rm t/s/dir/f1*
            between -vZr s t && diff -r s t/s
            """)).Is(0).Says(says);
        var sent = long.Parse(Bytes().Match(result.Error).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(sent, 10_000_000, 12_500_000);
    }

    [Cases(Needs.Sshd, Needs.Root, "unshare")]
    [InlineData("")]
    [InlineData("HOST")]
    public async Task Differences_are_found_and_nothing_is_written(string island)
    {
        var result = (await Between($"""
            island={island} ISLAND={island}
            make; cp -rL s t; between -r --verify s t || exit 9
            rm t/s/dir/f7; echo x >> t/s/small; cp -r t before
            between -r --verify s t; echo "status $?"
            between -r -Z --delete --dry-run s/dir t/s; echo "status $?"
            diff -r before t
            """)).Is(0);
        Assert.StartsWith("""
            s/dir/f7: is missing at the target
            s/small: differs at the target
            status 1
            """, string.Join('\n', Sorted(result.Output)), StringComparison.Ordinal);
        Assert.Contains("would copy dir/f7\n", string.Join('\n', Sorted(result.Output)), StringComparison.Ordinal);
    }

    [Case(Needs.Sshd)]
    public async Task What_the_source_does_not_have_is_removed_if_that_is_asked_for() =>
        (await Between("""
            make; cp -r s t; touch t/s/old t/s/dir/old t/stays
            between -vr --delete s t && diff -r s t/s && [ -e t/stays ]
            """)).Is(0).Says(Straight);

    [Cases(Needs.Sshd, Needs.Root, "unshare")]
    [InlineData("", "--delete", "2 sent, 201 same, 1 removed, 0 failed")]
    [InlineData("HOST", "--delete", "2 sent, 201 same, 1 removed, 0 failed")]
    [InlineData("", "", "2 sent, 201 same, 0 removed, 0 failed")]
    [InlineData("", "--delete --exclude small", "1 sent, 201 same, 1 removed, 0 failed")]
    public async Task A_copy_with_a_comparison_ends_with_its_sums(string island, string words, string sums) =>
        (await Between($"""
            island={island} ISLAND={island}
            make; cp -rL s t; touch t/s/old; echo x > t/s/small; head -c 20000000 /dev/urandom > t/s/big
            between -v -Zr {words} --events events s t || exit; grep -c '"event":"summary"' events
            """)).Is(0).Says(island.Length == 0 ? Straight : ThroughHere, sums).Prints("1\n");

    [Case(Needs.Sshd)]
    public async Task A_member_that_fails_is_none_that_was_sent() =>
        (await Between("""
            make; cp -rL s t; rm t/s/dir/f9; mkdir t/s/dir/f9; head -c 20000000 /dev/urandom > t/s/big
            between -v -Zr s t
            """)).Is(1).Says(Straight, "t/s/dir/f9: is a directory", "1 sent, 201 same, 0 removed, 1 failed");

    [Case(Needs.Sshd)]
    public async Task Troubles_of_both_hosts_are_named_and_the_rest_is_copied() =>
        (await Between("""
            make; ln -s nowhere s/dangling; mkdir -p t/s/dir/f9
            between -vr s t; status=$?
            rm s/dangling; rm -r t/s/dir/f9; cp s/dir/f9 t/s/dir/f9; diff -r s t/s >&2 || exit 9
            exit $status
            """)).Is(1).Says(Straight, "error: HOST: ", "s/dangling: no such file", "error: OTHER: ", "t/s/dir/f9: is a directory", "2 could not be copied");

    [Cases(Needs.Sshd)]
    [InlineData("s/none t/new", "error: HOST: ", "s/none: no such file or directory")]
    [InlineData("s/big none/new", "error: OTHER: ", "none: no such file or directory")]
    [InlineData("-r s s/small", "error: OTHER: ", "s/small: not a directory")]
    public async Task A_failure_is_said_with_its_host(string words, string host, string cause) =>
        (await Between($"make; between -v {words}")).Is(1).Says(host, cause);

    [Case(Needs.Sshd, Needs.Mount)]
    public async Task A_full_disk_is_that_of_the_target() =>
        (await Between("""
            make; mkdir full; exec 3< <(unshare -m sh -c "mount -t tmpfs -o size=5m none full; echo \$\$; exec sleep 60"); read -r keeper <&3
            between -v s/big "../../../proc/$keeper/root$PWD/full/new"; status=$?
            ls -A /proc/$keeper/root$PWD/full >&2; kill $keeper; exit $status
            """)).Is(1).Says("error: OTHER: ", "no space left on device");

    private static IEnumerable<string> Sorted(string output)
    {
        var differences = new List<string>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith("status", StringComparison.Ordinal))
            {
                differences.Add(line);
                continue;
            }

            foreach (var difference in differences.Order(StringComparer.Ordinal))
            {
                yield return difference;
            }

            differences.Clear();
            yield return line;
        }
    }

    [GeneratedRegex("(\\d+) bytes in")]
    private static partial Regex Bytes();
}
