using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Yscp;

namespace Frontends.Tests.Yscp;

/// <summary>
/// The same words to the scp of this machine and to yscp. In place of ssh scp starts a script that writes down its arguments and fails.
/// </summary>
public sealed class ScpTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-scp-").FullName;

    public ScpTests()
    {
        File.WriteAllText(Path.Combine(_directory, "a"), "a");
        File.WriteAllText(Path.Combine(_directory, "ssh"), "#!/bin/sh\nhead -c 5 > /dev/null\nprintf '%s\\0' \"$@\" > \"$0.log\"\nexit 255\n");
        File.SetUnixFileMode(Path.Combine(_directory, "ssh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(_directory, "dir"));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [TheoryNeeding("scp")]
    [InlineData("h:x")]
    [InlineData("u@h:x")]
    [InlineData("u@v@h:x")]
    [InlineData("@h:x")]
    [InlineData("h:")]
    [InlineData("h::")]
    [InlineData("[::1]:x")]
    [InlineData("u@[fe80::1]:x")]
    [InlineData("[h]:x")]
    [InlineData("h.example.org:a:b/c")]
    [InlineData("sftp://h/x")]
    [InlineData("scp:/h/x")]
    [InlineData("scp://h/x")]
    [InlineData("scp://h")]
    [InlineData("scp://u@h:2222//x")]
    [InlineData("scp://u;a=b@h:2222/x")]
    [InlineData("scp://%75%76@h/x%20y")]
    [InlineData("-P 2200 h:x")]
    [InlineData("-P2200 scp://h:2222/x")]
    [InlineData("-rpqP 2200 u@h:x")]
    [InlineData("-TBC -oUser=u h:x")]
    public void A_host_is_understood_as_scp_does(string words)
    {
        var given = ShellWords.Split(words);
        var scp = Asked("a", given);
        var plan = Assert.Single(Pipe.Yscp.Parser.Parse([.. given[..^1], "a", given[^1]]).Transfers).Plan;
        Assert.Equal(scp, (plan.Remote.Host, plan.Remote.User, plan.Remote.SshPort));
    }

    [TheoryNeeding("scp")]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("-Q a b")]
    [InlineData("-P")]
    [InlineData("-P x a h:b")]
    [InlineData("-P 0 a h:b")]
    [InlineData("-Pa b")]
    [InlineData("-l 0 a b")]
    [InlineData("-l x a b")]
    [InlineData("-X x a b")]
    [InlineData("a ''")]
    [InlineData("none h:b")]
    [InlineData("none none2 h:b")]
    [InlineData("'' h:b")]
    [InlineData("a a none")]
    [InlineData("a a a")]
    [InlineData("h:x h:x none")]
    [InlineData("a scp://h:x/b")]
    [InlineData("a scp://h:65536/b")]
    [InlineData("a scp:///b")]
    [InlineData("a scp://h/%0")]
    [InlineData("scp:///b .")]
    [InlineData("a 'h;x:b'")]
    [InlineData("a -h:b")]
    [InlineData("a h:b")]
    [InlineData("h:b .")]
    public void The_exit_status_is_that_of_scp(string words)
    {
        var scp = Shell.Run($"scp -S ./ssh {words}", _directory);
        var yscp = Shell.Run($"{ShellWords.Quote(Shell.Program)} yscp -S ./ssh {words}", _directory);
        Assert.True(scp.Status == yscp.Status, $"scp {scp.Status}, yscp {yscp.Status}: {yscp.Error}");
        Assert.StartsWith("yscp: error: ", yscp.Error, StringComparison.Ordinal);
    }

    /// <summary>The host, user and port that scp asks ssh for.</summary>
    private (string Host, string User, int Port) Asked(string source, List<string> given)
    {
        Shell.Run($"scp -S ./ssh {string.Join(' ', given[..^1].Select(ShellWords.Quote))} {source} {ShellWords.Quote(given[^1])}", _directory);
        var words = RawText.Decode(File.ReadAllBytes(Path.Combine(_directory, "ssh.log"))).Split('\0');
        var end = Array.IndexOf(words, "--");
        return (words[end + 1], Value("-l"), int.Parse("0" + Value("-p"), System.Globalization.CultureInfo.InvariantCulture));

        string Value(string option) => Array.IndexOf(words, option) is >= 0 and var at ? words[at + 1] : "";
    }
}
