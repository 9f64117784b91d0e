using Pipe.Dolly;
using Pipe.Engine;

namespace Frontends.Tests.Dolly;

public sealed class OwnNameTests
{
    [Theory]
    [InlineData("a", "b", "b")]
    [InlineData("a", null, "a")]
    [InlineData(null, "b", "b")]
    [InlineData(null, null, "system")]
    [InlineData("", "", "system")]
    public void HOST_overrides_MYNODENAME(string? node, string? host, string name) =>
        Assert.Equal([name], OwnName.All(variable => variable == "HOST" ? host : variable == "MYNODENAME" ? node : null, "system"));

    [Theory]
    [InlineData("node1", "node1", false, true)]
    [InlineData("node1.example", "node1", false, true)]
    [InlineData("node1", "node1.example", false, true)]
    [InlineData("node1-giga", "node1", false, true)]
    [InlineData("node1-giga", "node1", true, false)]
    [InlineData("node1-giga", "node12", false, false)]
    [InlineData("node12", "node1", false, false)]
    [InlineData("my-node1", "my-node1", true, true)]
    public void An_entry_is_compared_with_the_name(string entry, string name, bool isHyphenNormal, bool isSame) =>
        Assert.Equal(isSame, OwnName.IsSame(entry, name, isHyphenNormal));

    [Fact]
    public void Another_server_is_refused_with_both_names()
    {
        var config = new Configuration { Server = "s0" };
        ServerCheck.Check(config, ["s0.example"]);
        var failure = Assert.Throws<Failure>(() => ServerCheck.Check(config, ["other"]));
        Assert.Equal("Commandline parameter -s and config-file disagree on server!", failure.Message);
        Assert.Contains("this host is other, the server of the configuration is s0", failure.Hint);
    }
}
