using Pipe.CommandLine;
using Pipe.Dolly;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests.Dolly;

/// <summary>The source and the targets of a command line.</summary>
public sealed class ObjectsTests
{
    [Fact]
    public void A_file_goes_to_a_file_on_each_node()
    {
        var plans = Plans("-I", "image", "-O", "/srv/%h.img", "-H", "me@n[1-2],[::1]", "--encrypt", "--rate", "5m", "--socket-buffer", "64k");
        Assert.Equal(["/srv/n1.img", "/srv/n2.img", "/srv/[::1].img"], plans.Select(plan => plan.There.Text));
        Assert.Equal([("me", "n1"), ("me", "n2"), ("", "::1")], plans.Select(plan => (plan.Remote.User, plan.Remote.Host)));
        Assert.All(plans, plan => Assert.Equal((Resource.File("", "image"), Protection.Encrypt, 5L << 20, 64 << 10), (plan.Here, plan.Protection, plan.Rate, plan.WindowSize)));
    }

    [Theory]
    [InlineData("infile i", "outfile o", ResourceKind.File, ResourceKind.File, "")]
    [InlineData("infile i split", "outfile o", ResourceKind.Pieces, ResourceKind.File, "")]
    [InlineData("infile i", "outfile o split 5M", ResourceKind.File, ResourceKind.Pieces, "")]
    [InlineData("compressed infile i.gz", "outfile o", ResourceKind.File, ResourceKind.Filtered, "")]
    [InlineData("compressed infile i.gz", "outfile o split 5M", ResourceKind.File, ResourceKind.Filtered, "")]
    [InlineData("infile i", "compressed outfile o.gz", ResourceKind.File, ResourceKind.File, "gzip -cf")]
    [InlineData("infile /dev/stdin", "outfile o", ResourceKind.Stdio, ResourceKind.File, "")]
    public void Lines_of_a_configuration_stand_for_objects(string input, string output, object here, object there, string filter)
    {
        var plan = PlansOf($"{input}\n{output}\nn1\nendconfig").Single();
        Assert.Equal(((ResourceKind)here, (ResourceKind)there, filter), (plan.Here.Kind, plan.There.Kind, plan.Filters));
        Assert.Equal(output.Contains("5M", StringComparison.Ordinal) ? 5L << 20 : 0, plan.There.Size);
        Assert.Equal(there is ResourceKind.Filtered ? "gunzip -c" : "", plan.There.Excluded);
    }

    [Fact]
    public void Directories_travel_as_a_tar_stream()
    {
        var plan = Plans("-D", "/etc,/usr/it's", "-X", "/usr/it's/cache", "-O", "/mnt", "-H", "n1").Single();
        Assert.Contains($"tar -Pcf - --exclude=/proc --exclude={ShellWords.Quote("/usr/it's/cache")} -- /etc {ShellWords.Quote("/usr/it's")};", plan.Here.Text, StringComparison.Ordinal);
        Assert.Equal((ResourceKind.Command, "/mnt"), (plan.There.Kind, plan.There.Directory));
        Assert.Equal("/", Plans("-D", "/etc", "-H", "n1").Single().There.Directory);
    }

    [Fact]
    public void A_command_takes_the_data() =>
        Assert.Equal(Resource.Command("", "cat > n1.img"), Plans("-I", "-", "--command", "cat > %h.img", "-H", "n1").Single().There);

    [Fact]
    public void Dummy_data_use_no_disk()
    {
        var plan = PlansOf("dummy 8\nn1\nendconfig").Single();
        Assert.Equal((Resource.Pattern(8 << 20), Resource.Null), (plan.Here, plan.There));
    }

    [Fact]
    public void A_printed_plan_is_a_copy_of_dmscp_to_each_node()
    {
        var invocation = Parser.Parse(["--print-plan", "-I", "image", "-O", "/srv/%h", "-H", "me@n1,n2", "--rate", "5m"], _ => "");
        Assert.Equal(CommandKind.PrintPlan, invocation.Kind);
        Assert.Equal(
            ["dmscp -w -s n1 -u me -f /srv/n1 -l image -rate 5m", "dmscp -w -s n2 -f /srv/n2 -l image -rate 5m"],
            new Objects(invocation).SinglePlans().Select(Pipe.Dmscp.PlanText.Print));
    }

    [Theory]
    [InlineData("-I", "image", "-H", "n1", "--classic")]
    [InlineData("-t", "5", "-H", "n1")]
    [InlineData("-f", "infile i split\noutfile o\nn1\nendconfig")]
    [InlineData("-f", "infile i\noutfile o split 5M\nn1\nendconfig")]
    [InlineData("-f", "compressed infile i.gz\noutfile o\nn1\nendconfig")]
    public void A_copy_that_dmscp_does_not_have_is_not_printed(params string[] words) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => new Objects(Parser.Parse(words, static config => config)).SinglePlans()).Code);

    [Theory]
    [InlineData("add 0:-giga", "n1-giga", 0)]
    [InlineData("add 2:-a:-b", "", 3)]
    public void Other_interfaces_carry_the_data(string line, string host, int streams)
    {
        var plan = PlansOf($"infile i\noutfile o\n{line}\nn1\nendconfig").Single();
        Assert.Equal((host, streams), (plan.DataHost, plan.Streams));
    }

    private static IReadOnlyList<Plan> Plans(params string[] words) => new Objects(Parser.Parse(words, _ => "")).Plans();

    private static IReadOnlyList<Plan> PlansOf(string config) => new Objects(Parser.Parse(["-f", "x"], _ => config)).Plans();
}
