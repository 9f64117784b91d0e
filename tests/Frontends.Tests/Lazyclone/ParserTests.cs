using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Lazyclone;
using Pipe.Protocol;

namespace Frontends.Tests.Lazyclone;

public sealed class ParserTests
{
    [Fact]
    public void Operands_are_source_destination_and_features()
    {
        var invocation = Parser.Parse("src", "dst", "no_hydration", "HYDRATION_threshold", "256", "--region", "4k").ToInvocation();
        Assert.Equal(("src", "dst", "dst.lazyclone", "dst.socket"), (invocation.Source, invocation.Setup.Destination, invocation.Setup.Metadata, invocation.Socket));
        Assert.Equal((4096L, 0L, "src"), (invocation.Setup.Region, invocation.Setup.Size, invocation.Setup.SourcePath));
        var terms = invocation.Setup.Terms;
        terms.Complete(invocation.Setup.Region);
        Assert.Equal((false, true, 256L, true, 256L), (terms.IsHydrationEnabled, terms.PassesDiscards, terms.Threshold, terms.IsThresholdSet, terms.Batch));
        Assert.Null(invocation.Plan);
    }

    [Fact]
    public void A_remote_source_is_a_plan_to_read_it()
    {
        var plan = Parser.Parse("user@host:disk", "dst", "--encrypt", "-P", "2222").ToInvocation().Plan!;
        Assert.Equal((Direction.Read, "host", "user", 2222, "disk", Protection.Encrypt), (plan.Direction, plan.Remote.Host, plan.Remote.User, plan.Remote.SshPort, plan.There.Text, plan.Protection));
        Assert.Null(Parser.Parse("nbd://host/disk", "dst").ToInvocation().Plan);
        var slow = Parser.Parse("host:disk", "dst", "--rate", "1m").ToInvocation();
        Assert.Equal((0L, 1L << 20), (slow.Plan!.Rate, slow.Setup.Terms.Rate));
    }

    /// <summary>The example of the kernel's documentation, and the one with all that there can be.</summary>
    [Fact]
    public void A_table_line_has_dm_clones_order_and_sectors()
    {
        var line = TableLine.Parse("0 1048576000 clone meta dest source 8 1 no_hydration");
        Assert.Equal(("source", "dest", "meta", 4096L, 1048576000L * 512), (line.Source, line.Destination, line.Metadata, line.Region, line.Size));
        Assert.Equal(new FeatureWords(true, false, null, null), line.Arguments);
        Assert.Equal(new FeatureWords(true, true, 256, 16), TableLine.Parse("0 8 clone m d s 8 2 no_hydration no_discard_passdown 4 hydration_threshold 256 hydration_batch_size 16").Arguments);
        Assert.Equal(new FeatureWords(false, false, 4, null), TableLine.Parse("0 8 clone m d s 8 0 2 hydration_threshold 4").Arguments);
        Assert.Equal(default, TableLine.Parse("0 8 clone m d s 8").Arguments);
        Assert.Equal(default, TableLine.Parse("0 8 clone m d s 8 0 0").Arguments);
    }

    [Theory]
    [InlineData("8 clone m d s 8")]
    [InlineData("1 8 clone m d s 8")]
    [InlineData("0 8 linear m d s 8")]
    [InlineData("0 0 clone m d s 8")]
    [InlineData("0 8 clone m d s 0x8")]
    [InlineData("0 8 clone m d s 8 1")]
    [InlineData("0 8 clone m d s 8 3 no_hydration no_hydration no_hydration")]
    [InlineData("0 8 clone m d s 8 0 1 hydration_threshold")]
    [InlineData("0 8 clone m d s 8 0 3 hydration_threshold 1 hydration_batch_size")]
    [InlineData("0 8 clone m d s 8 0 0 more")]
    public void Other_table_lines_are_refused(string line) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => TableLine.Parse(line)).Code);

    [Fact]
    public void Dm_defaults_are_one_region_at_a_time()
    {
        var terms = Parser.Parse("src", "dst", "--dm-defaults").ToInvocation().Setup.Terms;
        terms.Complete(4096);
        Assert.Equal((1L, 1L, true), (terms.Threshold, terms.Batch, terms.IsThresholdSet));
    }

    [Theory]
    [InlineData("127.0.0.1:10809", true)]
    [InlineData("localhost:0", true)]
    [InlineData("[::1]:5", true)]
    [InlineData("0.0.0.0:1", false)]
    [InlineData("192.0.2.1:1", false)]
    [InlineData("localhost", false)]
    [InlineData("localhost:70000", false)]
    public void Tcp_is_for_this_machine(string address, bool isGood) =>
        Assert.Equal(isGood, Record.Exception(() => ListenAddress.Parse(address, isSecure: false)) is null);

    [Fact]
    public void With_tls_it_is_for_others_too() =>
        Assert.Equal(10809, ListenAddress.Parse("0.0.0.0:10809", isSecure: true).Port);

    [Fact]
    public void The_printed_plan_is_the_copy_that_the_clone_replaces()
    {
        var draft = Parser.Parse("user@host:disk", "dir/dst", "--rate", "1m", "--print-plan");
        Assert.Equal(CommandKind.PrintPlan, draft.Kind);
        var plan = draft.ToPlan();
        Assert.Equal(("disk", "dir/dst", 1L << 20, false), (plan.There.Text, plan.Here.Text, plan.Rate, plan.OnDemand));
        Assert.Throws<Failure>(() => Parser.Parse("nbd://host/", "dst").ToPlan());
    }
}
