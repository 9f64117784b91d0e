namespace Pipe.Ssh.Tests;

public sealed class HostPatternTests
{
    [Theory]
    [InlineData("*", "h", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("h?st*.example", "host1.example", true)]
    [InlineData("h?st*.example", "host1.example.org", false)]
    [InlineData("*a*b*c", "xaybzcac", true)]
    [InlineData("HOST", "host", true)]
    [InlineData("*,!h", "h", false)]
    [InlineData("!h", "other", false)]
    [InlineData("!h,*", "other", true)]
    [InlineData("[127.0.0.1]:22*", "[127.0.0.1]:2222", true)]
    [InlineData("", "h", false)]
    public void Patterns_match_as_in_ssh(string patterns, string name, bool matches) => Assert.Equal(matches, HostPattern.MatchesAny(patterns.Split(','), name));

    /// <summary>A line of a file must not take forever.</summary>
    [Fact(Timeout = 60_000)]
    public Task Many_stars_take_no_time() => Task.Run(() =>
        Assert.False(HostPattern.MatchesAny([string.Concat(Enumerable.Repeat("*a", 2000)) + "b"], new string('a', 4000))));
}
