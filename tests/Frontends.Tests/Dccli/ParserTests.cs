using Pipe.Dccli;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests.Dccli;

public sealed class ParserTests
{
    [Fact]
    public void Sources_come_before_destinations()
    {
        var invocation = Parse("-rp", "a", "./b:c", "h1:/x", "u@h2:y", "[::1]:");
        Assert.Equal(["a", "./b:c"], invocation.Sources);
        Assert.Equal(["h1", "h2", "::1"], invocation.Destinations.Select(one => one.Name));
        Assert.All(invocation.Destinations, one => Assert.Equal(["a", "./b:c"], one.Plan.Here.Names));
        Assert.Equal(["/x", "y", "."], invocation.Destinations.Select(one => one.Plan.There.Text));
        Assert.Equal("u", invocation.Destinations[1].Plan.Remote.User);
        Assert.All(invocation.Destinations, one => Assert.Equal(TreeFlags.Recurse | TreeFlags.Keep | TreeFlags.Inside, one.Plan.There.Flags));
    }

    [Fact]
    public void Two_destinations_on_one_host_are_told_apart_by_their_paths() =>
        Assert.Equal(["h:/x", "h:/y", "k"], Parse("a", "h:/x", "h:/y", "k:/x").Destinations.Select(one => one.Name));

    [Fact]
    public void Two_users_of_one_host_are_told_apart() =>
        Assert.Equal(["u@h:/x", "v@h:/x", "h:/y", "k"], Parse("a", "u@h:/x", "v@h:/x", "h:/y", "k:/x").Destinations.Select(one => one.Name));

    [Fact]
    public void What_travels_and_how_is_the_same_for_all() => Assert.All(
        Parse("--rate", "5m", "--encrypt", "--channel=udp", "--streams", "3", "-P22", "a", "h:/x", "k:/x").Destinations,
        one => Assert.Equal((5 << 20, Protection.Encrypt, DataChannel.Udp, 3, 22), (one.Plan.Rate, one.Plan.Protection, one.Plan.Channel, one.Plan.Streams, one.Plan.Remote.SshPort)));

    [Fact]
    public void Each_list_adds_destinations() => Assert.Equal(
        ["h", "one", "two"],
        Parser.Parse(["--to", "one", "--to", "two", "a", "h:"], static file => [$"{file}:"]).Destinations.Select(one => one.Name));

    [Theory]
    [InlineData("reread", SlowAction.Reread, 0, 0)]
    [InlineData("wait", SlowAction.Wait, 0, 0)]
    [InlineData("drop:30", SlowAction.Drop, 30, 0)]
    [InlineData("drop:40%", SlowAction.Drop, 0, 40)]
    public void A_slow_destination_has_a_policy(string word, object action, int seconds, int percent) =>
        Assert.Equal(new SlowPolicy((SlowAction)action, seconds, percent), Parse("--slow", word, "a", "h:").Slow);

    [Fact]
    public void Files_are_read_again_and_streams_are_waited_for() =>
        Assert.Equal([SlowAction.Reread, SlowAction.Wait], [Parse("a", "h:").Slow.Action, Parse("-", "h:/f").Slow.Action]);

    [Fact]
    public void Standard_input_goes_to_files_or_commands()
    {
        Assert.Equal([Resource.File("", "/x/f"), Resource.File("", "f")], Parse("-", "h:/x/f", "k:~/f").Destinations.Select(one => one.Plan.There));
        Assert.Equal([Resource.Command("/x", "wc"), Resource.Command("", "wc")], Parse("--command", "wc", "-", "h:/x", "k:").Destinations.Select(one => one.Plan.There));
    }

    [Fact]
    public void Another_machine_gets_the_command_line_without_what_is_about_reaching_it()
    {
        string[] words = ["dccli", "-r", "--rate", "5m", "--slow=wait", "-B", "--", "a", "-b", "h:x", "u@[::1]:/y"];
        Assert.Equal(words, There("-r", "-P", "22", "-F", "config", "--rate", "5m", "-o", "X=y", "--slow=wait", "-H", "me@store", "--", "a", "-b", "h:x", "u@[::1]:/y"));
        Assert.Equal(["dccli", "-B", "--", "a", "b", "h:x"], There("store:a", "store:b", "h:x"));
        Assert.Equal(["dccli", "-B", "--", ".", "h1:x", "h2:x"], There("store:", "h[1-2]:x"));
        Assert.Equal(["dccli", "-r", "-B", "--", "a", "h:x"], There("--print-plan", "-r", "-H", "store", "a", "h:x"));
    }

    [Theory]
    [InlineData("no destination is named", "h:/x")]
    [InlineData("no source is named")]
    [InlineData("no destination is named", "a")]
    [InlineData("b: not a destination, which is HOST:PATH", "a", "h:", "b")]
    [InlineData("h:/x: named twice", "a", "h:/x", "h:/x")]
    [InlineData("--command: only with the source -", "--command", "wc", "a", "h:")]
    [InlineData("-: no other source may stand beside it", "-", "a", "h:")]
    [InlineData("-: a stream is not a tree: -r, -p, -a, -Z, --delete, --exclude, --verify and --dry-run do not apply", "-r", "-", "h:")]
    [InlineData("--slow reread: a stream cannot be read again", "--slow", "reread", "-", "h:/f")]
    [InlineData("h:/d/: a stream needs the name of a file", "-", "h:/d/")]
    [InlineData("-: standard input cannot be the source and the list of destinations", "--to", "-", "-", "h:/f")]
    [InlineData("standard input as the source: not where another machine sends", "-H", "k", "-", "h:/f")]
    [InlineData("--events: not where another machine sends", "--events", "3", "-H", "k", "a", "h:/f")]
    [InlineData("--delete needs -r or -a", "--delete", "a", "h:")]
    [InlineData("--slow: sometimes: not one of reread, wait, drop:SECONDS, drop:PERCENT%", "--slow", "sometimes", "a", "h:")]
    [InlineData("--memory: 1k: not between 8m and 1t", "--memory", "1k", "a", "h:")]
    [InlineData("-rP22: how hosts are reached is not written in one word with other letters", "-rP22", "-H", "k", "a", "h:")]
    [InlineData("h;x:: h;x: the host name cannot contain ;", "a", "h;x:")]
    [InlineData("me@h: with %h in --launch there is no place for the user", "--launch", "srun -w %h", "a", "me@h:/x")]
    [InlineData("h[1-3: brackets that hold no list of hosts", "a", "h[1-3:/x")]
    [InlineData("h[]: brackets that hold no list of hosts", "a", "h[]:/x")]
    [InlineData(":/x: no host is named", "a", ":/x")]
    [InlineData("h:/x: a host beside --allocation", "--allocation", "a", "h:/x")]
    [InlineData("--allocation: this is not a Slurm job", "--allocation", "a", ":/x")]
    [InlineData("--json: options come before the files", "a", "h:", "--json")]
    public void A_line_that_makes_no_sense_is_refused(string cause, params string[] words)
    {
        var failure = Assert.Throws<Failure>(() => Parse(words));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Equal(cause, failure.Message);
    }

    [Fact]
    public void A_hint_lists_the_nodes_of_a_job()
    {
        Assert.Null(SlurmJob.HintFor([]));
        Assert.Equal("the nodes of this Slurm job are n1, n2: --allocation copies to :PATH on each", SlurmJob.HintFor(["n1", "n2"]));
        Assert.Contains("n20 and 44 more: ", SlurmJob.HintFor([.. Enumerable.Range(1, 64).Select(number => $"n{number}")]));
    }

    private static FanOutInvocation Parse(params string[] words) => Parser.Parse(words, _ => ["listed:/x"]);

    private static string[] There(params string[] words) => Parse(words).AtSender!.There.Names;
}
