using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Yscp;

namespace Frontends.Tests.Yscp;

public sealed class HintTests
{
    [Theory]
    [InlineData("-keep-login 0 does without", "--keep-login 0 does without")]
    [InlineData("-p LOW-HIGH names the ports that may be used", "--ports LOW-HIGH names the ports that may be used")]
    [InlineData("-timeout SECONDS allows more", "")]
    [InlineData("make some room", "make some room")]
    public void Hints_name_options_that_there_are(string theirs, string ours) =>
        Assert.Equal(ours, Hints.Dialect.Of(new Failure(ExitCode.Unreachable, "no", theirs)).Hint);

    [Fact]
    public void The_hint_how_to_install_names_options_that_there_are()
    {
        var hint = Hints.Dialect.Of(new Failure(ExitCode.Unreachable, "no", Installing.Hint(new Remote { Host = "h", SshPort = 22 }))).Hint;
        Assert.Equal(
            "./quickinstall.sh --ssh 'ssh -p 22' h installs it there, and --bootstrap brings this program along; "
            + "if it is there, its place has to be in the PATH that commands get there",
            hint);
    }
}
