using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>The configuration is the default of the options for datagrams, and the command line says the last word.</summary>
public sealed class DatagramDraftTests
{
    private static readonly string[] File = ["channel auto", "udp fixed:5m", "mtu 1400", "udp-buffer 64m"];

    [Fact]
    public void What_neither_says_is_as_usual() =>
        Assert.Equal((DataChannel.Tcp, DatagramPolicy.Usual), new DatagramDraft().With(Preferences.Parse("f", [])));

    [Fact]
    public void The_file_counts_where_the_command_line_says_nothing() =>
        Assert.Equal((DataChannel.Auto, new DatagramPolicy(DatagramPace.Fixed, 5 << 20, 1400, 64 << 20)), new DatagramDraft().With(Preferences.Parse("f", File)));

    [Fact]
    public void The_command_line_says_the_last_word()
    {
        var draft = new DatagramDraft { Channel = DataChannel.Udp, Pacing = DatagramPolicy.Usual with { Pace = DatagramPace.Low }, Mtu = 0, Buffer = 1 << 20 };
        Assert.Equal((DataChannel.Udp, new DatagramPolicy(DatagramPace.Low, 0, 0, 1 << 20)), draft.With(Preferences.Parse("f", File)));
    }

    [Theory]
    [InlineData("channel sctp", "f:1: channel: sctp: not one of tcp, udp, auto")]
    [InlineData("mtu 100", "f:1: mtu: 100: neither auto nor 1280 to 9000 bytes")]
    [InlineData("udp-buffer none", "f:1: udp-buffer: none: not a size")]
    public void A_value_that_the_option_would_refuse_is_an_error_that_names_the_line(string line, string cause)
    {
        var failure = Assert.Throws<Failure>(() => new DatagramDraft().With(Preferences.Parse("f", [line])));
        Assert.Equal((ExitCode.Usage, cause), (failure.Code, failure.Message));
    }
}
