namespace Pipe.Engine.Tests.Remotes;

public sealed class StartLineTests
{
    private static readonly OwnProgram Program = new(12345678, new string('a', 64));

    [Theory]
    [InlineData("Host slow\n  ConnectTimeout 5\n", "slow", false)]
    [InlineData("Host slow\n  ConnectTimeout 5\n", "other", true)]
    [InlineData("Host slow\n  Port 22\n", "slow", true)]
    [InlineData("Host slow\n# ConnectTimeout 5\n", "slow", true)]
    public void The_users_limit_for_connecting_counts(string config, string host, bool isOurs)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["config"], config);
        var words = StartLine.Ssh(new Access(new Remote { Host = host, SshConfig = scratch["config"] }, 30));
        Assert.Equal(isOurs, words.Contains("ConnectTimeout=30"));
        Assert.DoesNotContain("", words);
    }

    /// <summary>It goes through login shells that understand nothing else the same way.</summary>
    [Fact]
    public void The_words_that_bring_the_program_have_nothing_in_them_that_a_login_shell_acts_on()
    {
        var line = BootstrapLine.Of(Program);
        var inside = line[(line.IndexOf('\'', StringComparison.Ordinal) + 1)..^1];
        Assert.StartsWith("exec /bin/sh -c '", line, StringComparison.Ordinal);
        Assert.EndsWith("'", line, StringComparison.Ordinal);
        Assert.Empty(inside.Intersect("'\\!\n\r\t"));
        Assert.DoesNotMatch("@[A-Z]", inside);
        Assert.Contains(Program.Name, inside, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_user_says_to_ssh_stands_in_front_of_what_we_say()
    {
        var words = Words(new Access(new Remote { Host = "h", SshOptions = ["ConnectTimeout=7"] }, 30)).ToList();
        Assert.InRange(words.IndexOf("ConnectTimeout=7"), 0, words.IndexOf("ConnectTimeout=30"));
        Assert.Equal(["--", "h"], words[^3..^1]);
        Assert.DoesNotContain("BatchMode=yes", words);
    }

    [Fact]
    public void The_agent_is_not_forwarded_unless_the_user_says_so()
    {
        var words = Words(new Access(new Remote { Host = "h", SshOptions = ["ForwardAgent=yes"] }, 30)).ToList();
        Assert.InRange(words.IndexOf("ForwardAgent=yes"), 0, words.IndexOf("ForwardAgent=no"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_built_in_ssh_gets_the_arguments_of_ssh(bool isQuiet)
    {
        var remote = new Remote { Host = "h", User = "me", SshPort = 23, SshConfig = "none", SshOptions = ["BatchMode=no"] };
        var words = Words(new Access(remote with { Shell = "builtin" }, 30), isQuiet);
        Assert.Equal([OwnProgram.Executable, "-ssh", .. Words(new Access(remote, 30), isQuiet).Skip(1)], words);
    }

    [Fact]
    public void A_quiet_login_asks_nobody() =>
        Assert.Contains("BatchMode=yes", Words(new Access(new Remote { Host = "h" }, 30), isQuiet: true));

    [Fact]
    public void Without_keep_ssh_is_not_told_to_share() =>
        Assert.DoesNotContain(Words(Access.Of(new Plan
        {
            Direction = Direction.Read,
            Remote = new Remote { Host = "h" },
            There = Protocol.Resource.Null,
            Here = Protocol.Resource.Null,
        })), word => word.StartsWith("Control", StringComparison.Ordinal));

    private static IReadOnlyList<string> Words(Access access, bool isQuiet = false) => ((ProcessLauncher)access.Launcher).Words(isQuiet);

    /// <summary>The server is not started: the prefix says where it would be, and ends it.</summary>
    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData("any", true)]
    [InlineData("", false)]
    public async Task A_far_end_on_this_host_starts_at_home_if_a_host_is_named(string host, bool isAtHome)
    {
        var remote = new Remote { Host = host, Shell = "local", Prefix = "pwd; exit" };
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", Words(new Access(remote, 30)).Skip(1)) { RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        Assert.Equal(isAtHome ? UserFolders.Home : Environment.CurrentDirectory, (await process.StandardOutput.ReadToEndAsync()).TrimEnd());
    }
}
