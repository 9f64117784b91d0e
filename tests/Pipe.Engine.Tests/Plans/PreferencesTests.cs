using Pipe.Protocol;

namespace Pipe.Engine.Tests.Plans;

public sealed class PreferencesTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("keep-login 60", 60)]
    [InlineData("keep 5\nkeep-login 60", 60)]
    [InlineData("keep 60", 60)]
    [InlineData("# a comment\n\n  \n\tkeep\t 60  ", 60)]
    [InlineData("keep 60\nkeep 0", 0)]
    [InlineData("keep 31536000", 31536000)]
    public void The_file_says_how_long_a_login_is_kept(string text, int seconds) =>
        Assert.Equal(seconds, Preferences.Parse("f", text.Split('\n')).KeepSeconds);

    [Fact]
    public void The_file_says_whether_a_server_waits_over_a_login_of_the_users_own()
    {
        Assert.True(Preferences.Parse("f", ["keep-login 60,own"]) is { KeepSeconds: 60, KeepsOverUsers: true });
        Assert.True(Preferences.Parse("f", ["keep-login 60,own", "keep-login 5"]) is { KeepSeconds: 5, KeepsOverUsers: false });
    }

    [Fact]
    public void Options_of_the_datagram_channel_have_a_value_and_a_place_and_the_last_one_counts()
    {
        var preferences = Preferences.Parse("f", ["channel auto", "udp low", "", "mtu 1400", "udp-buffer 64m", "channel udp"]);
        Assert.Equal(
            [("channel", ("udp", "f:6")), ("mtu", ("1400", "f:4")), ("udp", ("low", "f:2")), ("udp-buffer", ("64m", "f:5"))],
            preferences.Options.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
    }

    [Theory]
    [InlineData("keep", "f:1: keep: not understood")]
    [InlineData("keep-login", "f:1: keep-login: not understood")]
    [InlineData("keep-login end", "f:1: keep-login end: not a number of seconds")]
    [InlineData("keep-login 60,mine", "f:1: keep-login 60,mine: not a number of seconds")]
    [InlineData("keep-login 60, own", "f:1: keep-login 60, own: not understood")]
    [InlineData("keep 1 2", "f:1: keep 1 2: not understood")]
    [InlineData("# fine\nkeep -1", "f:2: keep -1: not a number of seconds")]
    [InlineData("keep 31536001", "f:1: keep 31536001: not a number of seconds")]
    [InlineData("keep 99999999999", "f:1: keep 99999999999: not a number of seconds")]
    [InlineData("keep=5", "f:1: keep=5: not understood")]
    [InlineData("channel", "f:1: channel: not understood")]
    [InlineData("  speed fast", "f:1: speed fast: not understood")]
    public void Anything_else_is_an_error_that_names_the_line(string text, string cause)
    {
        var failure = Assert.Throws<Failure>(() => Preferences.Parse("f", text.Split('\n')));
        Assert.Equal((ExitCode.Usage, cause), (failure.Code, failure.Message));
    }
}
