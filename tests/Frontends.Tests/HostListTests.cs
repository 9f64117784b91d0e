using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests;

public sealed class HostListTests
{
    [Theory]
    [InlineData("host", "host")]
    [InlineData("node[01-03]", "node01 node02 node03")]
    [InlineData("node[8-11]", "node8 node9 node10 node11")]
    [InlineData("node[008-011]", "node008 node009 node010 node011")]
    [InlineData("n[1,3,5-6]x", "n1x n3x n5x n6x")]
    [InlineData("r[1-2]n[1-2].example", "r1n1.example r1n2.example r2n1.example r2n2.example")]
    [InlineData("user@n[1-2]", "user@n1 user@n2")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("u@[::1]", "u@[::1]")]
    [InlineData("[", "[")]
    public void A_list_stands_for_its_hosts(string list, string hosts) => Assert.Equal(hosts.Split(' '), HostList.Expand(list));

    [Fact]
    public void Slurm_lists_nodes_with_commas_between() =>
        Assert.Equal(["n1", "n2", "n5", "m", "k07"], HostList.ExpandAll("n[1-2,5],m,k[07]"));

    [Theory]
    [InlineData("n[a-b]")]
    [InlineData("n[]")]
    [InlineData("n[1")]
    [InlineData("n1]")]
    [InlineData("n[1-2]x[")]
    [InlineData("n[3-1]")]
    [InlineData("n[1-]")]
    [InlineData("n[-1]")]
    [InlineData("n[1,,2]")]
    [InlineData("n[1-2-3]")]
    [InlineData("n[1-99999999]")]
    [InlineData("n[1-99999999999]")]
    [InlineData("a[1-1000]b[1-1000]")]
    public void A_list_that_makes_no_sense_is_refused(string list) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => HostList.Expand(list)).Code);
}
