using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Ytar;

namespace Frontends.Tests.Ytar;

/// <summary>From words to a Plan.</summary>
public sealed class PlanTests
{
    [Fact]
    public void A_local_tree_goes_to_a_remote_host()
    {
        var plan = PlanOf("src", "user@host:dst");
        Assert.Equal((Direction.Write, "host", "user"), (plan.Direction, plan.Remote.Host, plan.Remote.User));
        Assert.StartsWith("# tar packs src\npath=src ", plan.Here.Text, StringComparison.Ordinal);
        Assert.StartsWith("# tar unpacks dst\npath=dst ", plan.There.Text, StringComparison.Ordinal);
        Assert.Equal((ResourceKind.Command, ResourceKind.Command), (plan.Here.Kind, plan.There.Kind));
    }

    [Fact]
    public void A_remote_tree_comes_here()
    {
        var plan = PlanOf("host:/data/src", "dst");
        Assert.Equal((Direction.Read, "host", ""), (plan.Direction, plan.Remote.Host, plan.Remote.User));
        Assert.Contains("\npath=/data/src ", plan.There.Text, StringComparison.Ordinal);
        Assert.Contains("\npath=dst ", plan.Here.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h:x", "h", "", "x")]
    [InlineData("u@h:x:y", "h", "u", "x:y")]
    [InlineData("u@x@h:y", "h", "u@x", "y")]
    [InlineData("[::1]:x", "::1", "", "x")]
    [InlineData("u@[fe80::1]:/x", "fe80::1", "u", "/x")]
    [InlineData("h:", "h", "", ".")]
    public void A_name_with_a_colon_in_front_of_a_slash_is_remote(string word, string host, string user, string path)
    {
        var plan = PlanOf(word, "here");
        Assert.Equal((host, user), (plan.Remote.Host, plan.Remote.User));
        Assert.Contains($"\npath={path} ", plan.There.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("./a:b")]
    [InlineData("/a:b")]
    [InlineData("d/a:b")]
    public void Other_colons_are_part_of_a_local_name(string word) =>
        Assert.Contains($"\npath={word} ", PlanOf(word, "h:x").Here.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("~/x", "path=\"$HOME\"/x ")]
    [InlineData("~", "path=\"$HOME\" ")]
    [InlineData("./~", "path='./~' ")]
    [InlineData("~/it's", """path="$HOME"/'it'\''s' """)]
    [InlineData("a b", "path='a b' ")]
    [InlineData("$(x)\n`y`", "path='$(x)\n`y`' ")]
    [InlineData("-rf", "path=./-rf ")]
    public void No_name_is_taken_for_anything_else_by_the_shell(string path, string word) =>
        Assert.Contains($"\n{word}", PlanOf($"h:{path}", "dst").There.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("src", "h:", "src")]
    [InlineData("/x/src/", "h:", "src")]
    [InlineData("src", "h:in/", "in/src")]
    [InlineData("src", "h:/", "/src")]
    [InlineData("src", "h:.", "./src")]
    [InlineData("src", "h:..", "../src")]
    [InlineData("src", "h:~", "\"$HOME\"/src")]
    [InlineData("src", "h:/a/b", "/a/b")]
    public void A_target_without_a_name_gets_that_of_the_source(string source, string target, string path) =>
        Assert.Contains($"\npath={path} ", PlanOf(source, target).There.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(".", "h:")]
    [InlineData("..", "h:x/")]
    [InlineData("/", "h:.")]
    [InlineData("h:", ".")]
    [InlineData("h:x", "")]
    [InlineData("", "h:x")]
    [InlineData("src", "dst")]
    [InlineData("h:src", "i:dst")]
    [InlineData("src", ":dst")]
    [InlineData("src")]
    [InlineData("src", "h:dst", "more")]
    [InlineData("src", "-x:dst")]
    [InlineData("src", "a b:dst")]
    [InlineData("src", "u;v@h:dst")]
    [InlineData("--to-file", "--from-file", "a", "h:b")]
    [InlineData("--from-file", "--plain", "a", "h:b")]
    [InlineData("--from-file", "--one-file-system", "a", "h:b")]
    [InlineData("--from-file", "a.tar", "h:")]
    [InlineData("--to-file", "a", "h:")]
    [InlineData("-e", "local", "-P", "22", "a", "h:b")]
    [InlineData("-zx", "a", "h:b")]
    [InlineData("--zst", "a", "h:b")]
    [InlineData("--exclude", "", "a", "h:b")]
    [InlineData("-rate", "fast", "a", "h:b")]
    [InlineData("a", "h:b", "-rate")]
    public void What_makes_no_sense_is_refused(params string[] words) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => Parser.Parse(words)).Code);

    [Fact]
    public void A_slip_of_the_finger_gets_a_hint()
    {
        Assert.Equal("did you mean --exclude?", Assert.Throws<Failure>(() => Parser.Parse("--exlcude", "x", "a", "h:b")).Hint);
        Assert.Equal("did you mean -events?", Assert.Throws<Failure>(() => Parser.Parse("-event", "x", "a", "h:b")).Hint);
    }

    [Fact]
    public void Patterns_go_to_the_end_that_packs()
    {
        var plan = PlanOf("--exclude", "*.o", "src", "--exclude=it's", "h:dst");
        Assert.Contains("""set -- '--exclude=*.o' '--exclude=it'\''s'""" + "\n", plan.Here.Text, StringComparison.Ordinal);
        Assert.Contains("\nset --\n", plan.There.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_that_is_there_is_filtered_where_it_is_unpacked()
    {
        var plan = PlanOf("--from-file", "-z", "--exclude", "x", "host:~/a.tgz", "dst");
        Assert.Equal(Resource.File("", "a.tgz"), plan.There);
        Assert.Contains("path=dst filter=-z ", plan.Here.Text, StringComparison.Ordinal);
        Assert.Contains("set -- --exclude=x\n", plan.Here.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_that_is_stored_is_a_file_like_any_other()
    {
        var plan = PlanOf("--to-file", "--zstd", "src", "host:/archive/a.tar.zst");
        Assert.Equal(Resource.File("", "/archive/a.tar.zst"), plan.There);
        Assert.Contains("path=src filter=--zstd ", plan.Here.Text, StringComparison.Ordinal);
        Assert.Equal("dst.tar", PlanOf("--to-file", "host:src", "dst.tar").Here.Text);
    }

    [Fact]
    public void Everything_else_is_what_it_is_for_dmscp()
    {
        var plan = PlanOf(
            "-P", "2222", "-o", "A=b", "-o", "C=d", "-F", "config", "-prefix", "P=1;", "-p", "5000-5010", "--encrypt", "-authenticate",
            "-connect", "reverse", "--rate=10m", "-timeout", "5", "src", "h:dst");
        Assert.Equal(new Remote { Host = "h", SshPort = 2222, SshOptions = ["A=b", "C=d"], SshConfig = "config", Prefix = "P=1;" }, plan.Remote);
        Assert.Equal((new PortRange(5000, 5010), Protection.Encrypt, ConnectMode.Reverse), (plan.Ports, plan.Protection, plan.ConnectMode));
        Assert.Equal((10L << 20, 5), (plan.Rate, plan.TimeoutSeconds));
    }

    [Fact]
    public void What_is_shown_is_not_part_of_the_plan()
    {
        var request = Parser.Parse("-vz", "-progress", "-events", "3", "src", "h:dst");
        Assert.Equal((1, true, "3"), (request.Verbosity, request.Progress, request.Events));
        Assert.Equal(PlanOf("-z", "src", "h:dst"), request.Plan);
    }

    [Theory]
    [InlineData("-h", Errand.Usage)]
    [InlineData("-version", Errand.Version)]
    [InlineData("--version", Errand.Version)]
    public void Some_words_stand_alone(string word, object errand) => Assert.Equal(errand, Parser.Parse(word, "nonsense", "-x").Errand);

    [Fact]
    public void Behind_two_dashes_there_are_only_names() =>
        Assert.Contains("\npath=./-z ", PlanOf("--", "-z", "h:dst").Here.Text, StringComparison.Ordinal);

    private static Plan PlanOf(params string[] words) => Parser.Parse(words).Plan!;
}
