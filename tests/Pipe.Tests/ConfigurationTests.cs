using System.Text.RegularExpressions;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>The configuration files give the defaults of options, for some programs and hosts or for all; the command line has precedence.</summary>
public sealed class ConfigurationTests
{
    private static readonly string Page = Repository.Read("man/pipe-config.5");

    [Fact]
    public void Each_name_sets_its_option()
    {
        var plan = Applied(
            "authenticate yes", "bootstrap yes", "channel auto", "checksum sha256", "connect reverse", "data-host h2", "keep-login 60,own", "mtu 1400",
            "ports 5000-5099", "rate 5m", "socket-buffer 4m", "streams 3", "timeout 7", "udp fixed:5m", "udp-buffer 64m");
        Assert.Equal(Protection.Authenticate, plan.Protection);
        Assert.Equal((DataChannel.Auto, DigestKind.Sha256, ConnectMode.Reverse, "h2"), (plan.Channel, plan.Checksum, plan.ConnectMode, plan.DataHost));
        Assert.Equal((new PortRange(5000, 5099), 5L << 20, 4 << 20, 3, 7), (plan.Ports, plan.Rate, plan.WindowSize, plan.Streams, plan.TimeoutSeconds));
        Assert.Equal(new DatagramPolicy(DatagramPace.Fixed, 5 << 20, 1400, 64 << 20), plan.Datagrams);
        Assert.Equal(Protection.Encrypt, Applied("encrypt yes", "authenticate yes").Protection);
        var settings = Settings("keep-login 60,own", "bootstrap yes");
        Assert.Equal(((60, true), true), (settings.Keep, settings.Bootstrap));
    }

    [Fact]
    public void What_no_line_says_is_as_usual()
    {
        var plan = Applied();
        Assert.Equal(new Plan { Direction = default, Remote = plan.Remote, There = plan.There, Here = plan.Here }, plan);
    }

    [Theory]
    [InlineData("keep-login 5\nkeep-login 60", 60)]
    [InlineData("keep-login 60\nkeep 0", 0)]
    [InlineData("# a comment\n\n  \n\tkeep-login\t 60  ", 60)]
    public void The_last_line_counts(string text, int seconds) => Assert.Equal(seconds, Settings(text.Split('\n')).Keep!.Value.Seconds);

    [Fact]
    public void The_command_line_has_precedence_where_it_says_something()
    {
        var given = new TransferSettings { Channel = DataChannel.Udp, Mtu = 0, Rate = 7 };
        var plan = given.Over(Settings("channel auto", "mtu 1400", "rate 5m", "streams 3", "encrypt yes")).Applied(Plan());
        Assert.Equal((DataChannel.Udp, 0, 7L, 3, Protection.Encrypt), (plan.Channel, plan.Datagrams.Mtu, plan.Rate, plan.Streams, plan.Protection));
    }

    [Theory]
    [InlineData("yscp", "other", 1)]
    [InlineData("yscp", "node7", 2)]
    [InlineData("yscp", "NODE7", 2)]
    [InlineData("yscp", "node9", 1)]
    [InlineData("dccli", "other", 3)]
    [InlineData("dolly", "other", 3)]
    [InlineData("dccli", "node7", 3)]
    [InlineData("dccli", "gate", 4)]
    [InlineData("ytar", "gate", 5)]
    [InlineData("dmscp", "node7", 0)]
    public void Sections_are_for_programs_and_for_hosts(string program, string host, int streams)
    {
        string[] text = ["streams 1", "host node* !node9", "streams 2", "program dccli dolly", "streams 3", "host gate g[0-9]", "streams 4", "program *", "host *", "rate 1m", "host gate", "program ytar", "host gate", "streams 5"];
        var settings = new ConfiguredSettings(ConfigurationFile.Parse("f", text)).For(program, host);
        Assert.Equal((streams, program == "dmscp" ? 0 : 1 << 20), (settings.Streams ?? 0, settings.Rate ?? 0));
    }

    [Fact]
    public void A_dmscp_command_line_is_a_complete_plan_but_for_sections_of_its_own() =>
        Assert.Equal(9, new ConfiguredSettings(ConfigurationFile.Parse("f", ["streams 3", "program dmscp yscp", "streams 9"])).For("dmscp", "h").Streams);

    [Theory]
    [InlineData("chanel udp", "f:1: chanel: no such name", "did you mean channel?")]
    [InlineData("# fine\nrates 5m", "f:2: rates: no such name", "did you mean rate?")]
    [InlineData("hosts a", "f:1: hosts: no such name", "did you mean host?")]
    [InlineData("speed fast", "f:1: speed: no such name", "known are authenticate, bootstrap, channel, checksum, connect, data-host, encrypt, keep-login, mtu, ports, rate, socket-buffer, streams, timeout, udp, udp-buffer, program, host")]
    [InlineData("launch local", "f:1: launch: no such name", "")]
    [InlineData("program ysp", "f:1: ysp: no such program", "did you mean yscp?")]
    [InlineData("program dccli *", "f:1: *: no such program", "known are dccli, dmscp, dolly, lazyclone, yarchive, yscp, ytar")]
    [InlineData("channel", "f:1: channel: the value is missing", "a line is a name and a value, or begins a section: program NAME ..., host PATTERN ...")]
    [InlineData("host", "f:1: host: the value is missing", "")]
    [InlineData("host !", "f:1: !: the pattern is missing", "")]
    [InlineData("mtu 1400 1500", "f:1: mtu 1400 1500: more than a name and a value", "")]
    [InlineData("keep=5", "f:1: keep=5: the value is missing", "")]
    [InlineData("channel sctp", "f:1: channel: sctp: not one of tcp, udp, auto", "")]
    [InlineData("encrypt on", "f:1: encrypt: on: neither yes nor no", "")]
    [InlineData("mtu 100", "f:1: mtu: 100: neither auto nor 1280 to 9000 bytes", "")]
    [InlineData("udp-buffer none", "f:1: udp-buffer: none: not a size", "")]
    [InlineData("keep-login end", "f:1: keep-login end: not a number of seconds", "")]
    [InlineData("keep-login 60,mine", "f:1: keep-login: 60,mine: neither a number of seconds (0 to 31536000) nor end", "")]
    [InlineData("program yscp\nhost nowhere\nports 9-1", "f:3: ports: 9-1: the low port is above the high one", "")]
    public void Anything_else_is_an_error_that_names_the_line_whatever_section_it_is_in(string text, string cause, string hint)
    {
        var failure = Assert.Throws<Failure>(() => Settings(text.Split('\n')));
        Assert.Equal((ExitCode.Usage, cause), (failure.Code, failure.Message));
        Assert.True(hint.Length == 0 || hint == failure.Hint, failure.Hint);
    }

    /// <summary>A configuration that is found on disk runs no command.</summary>
    [Fact]
    public void No_name_is_that_of_an_option_with_a_command() =>
        Assert.DoesNotContain(TransferOptions.SettingNames, name => name is "launch" or "prefix" or "ssh-option" or "ssh-config");

    [Fact]
    public void Every_program_can_have_a_section() => Assert.Empty(Applet.All.Select(applet => applet.Name).Except(ConfigurationFile.Programs));

    [Fact]
    public void The_manual_page_has_an_entry_for_each_name_and_no_other()
    {
        var names = Page[Page.IndexOf(".Sh NAMES\n", StringComparison.Ordinal)..Page.IndexOf(".Sh FILES\n", StringComparison.Ordinal)];
        Assert.Equal(TransferOptions.SettingNames, Regex.Matches(names, @"^\.It Cm (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void The_example_of_the_manual_page_is_understood()
    {
        var start = Page.IndexOf(".Bd -literal\n", StringComparison.Ordinal) + ".Bd -literal\n".Length;
        var settings = new ConfiguredSettings(ConfigurationFile.Parse("f", Page[start..Page.IndexOf(".Ed\n", start, StringComparison.Ordinal)].Split('\n')));
        Assert.Equal(600, settings.For("yscp", "any").Keep!.Value.Seconds);
        Assert.Equal((true, new PortRange(5000, 5099)), (settings.For("yscp", "far.example.org").Encrypt, settings.For("yscp", "gate.example.org").Ports!.Value));
        Assert.Null(settings.For("yscp", "here.example.org").Encrypt);
        Assert.Equal((true, (bool?)null), (settings.For("dccli", "node1").Bootstrap, settings.For("yscp", "node1").Bootstrap));
    }

    private static TransferSettings Settings(params string[] lines) => new ConfiguredSettings(ConfigurationFile.Parse("f", lines)).For("yscp", "h");

    private static Plan Applied(params string[] lines) => Settings(lines).Applied(Plan());

    private static Plan Plan() => new() { Direction = default, Remote = new Remote { Host = "h" }, There = Resource.Null, Here = Resource.Null };
}
