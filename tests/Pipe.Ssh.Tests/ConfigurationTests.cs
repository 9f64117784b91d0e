using Pipe.Engine;

namespace Pipe.Ssh.Tests;

/// <summary>Each keyword of ssh's configuration is applied, has no effect, or is refused by name.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_first_value_of_a_keyword_counts_and_key_files_add_up()
    {
        var target = Read("h", "Host h\n Port 22\n HostName h.example\n IdentityFile /a\nHost *\n Port=2222\n User \"x y\"\n HostName other\n IdentityFile '/b c' # words\n", "-o", "User me");
        Assert.Equal(("h.example", 22, "me", "h.example"), (target.Host, target.Port, target.User, target.KnownName));
        Assert.Equal(["/a", "/b c"], target.IdentityFiles);
    }

    [Fact]
    public void The_options_of_the_command_line_override_the_file()
    {
        var target = Read("H", "Host h\n Port 22\n User x\n", "-p", "2022", "-l", "me", "-o", "HostName=%h.Example");
        Assert.Equal(("h.example", 2022, "me", "[h.example]:2022"), (target.Host, target.Port, target.User, target.KnownName));
    }

    [Fact]
    public void Tokens_and_variables_are_expanded()
    {
        var target = Read("h", "HostName 127.0.0.1\nUser me\nPort 23\nIdentityFile %d/%h/%n/%p/%r/%%\nIdentityFile ~/key\nUserKnownHostsFile ${HOME}/one none\nIdentityAgent $NO_SUCH_VARIABLE\n");
        Assert.Equal([$"{UserFolders.Home}/127.0.0.1/h/23/me/%", $"{UserFolders.Home}/key"], target.IdentityFiles);
        Assert.Equal([$"{UserFolders.Home}/one"], target.UserKnownHosts);
        Assert.Null(target.AgentSocket);
    }

    [Fact]
    public void The_usual_files_are_those_of_ssh()
    {
        var target = Read("h", "");
        Assert.Equal([$"{UserFolders.Home}/.ssh/known_hosts", $"{UserFolders.Home}/.ssh/known_hosts2"], target.UserKnownHosts);
        Assert.Equal(["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"], target.GlobalKnownHosts);
        Assert.False(target.NamesIdentityFiles);
        Assert.Equal(22, target.Port);
    }

    [Fact]
    public void Included_files_count_where_they_are_included()
    {
        File.WriteAllText(_scratch["one"], "Port 1\n");
        File.WriteAllText(_scratch["two"], "Port 2\nUser two\nHost nothing\n");
        var target = Read("h", $"Host other\n Include {_scratch["one"]}\nHost h\n Include {_scratch["tw*"]} {_scratch["missing"]}\n HostName there\n");
        Assert.Equal(("there", 2, "two"), (target.Host, target.Port, target.User));
    }

    [Theory]
    [InlineData("ProxyJump jump", "ProxyJump")]
    [InlineData("ProxyCommand nc %h %p", "ProxyCommand")]
    [InlineData("HostKeyAlias x", "HostKeyAlias")]
    [InlineData("CertificateFile x", "CertificateFile")]
    [InlineData("PKCS11Provider x", "PKCS11Provider")]
    [InlineData("Ciphers aes128-cbc", "Ciphers")]
    [InlineData("SetEnv A=b", "SetEnv")]
    [InlineData("SendEnv LANG SECRET", "SendEnv")]
    [InlineData("CheckHostIP yes", "CheckHostIP")]
    [InlineData("IgnoreUnknown x", "IgnoreUnknown")]
    [InlineData("RekeyLimit 1M", "RekeyLimit")]
    [InlineData("NoSuchWord x", "NoSuchWord")]
    public void An_unsupported_keyword_is_refused_by_name(string line, string keyword)
    {
        var failure = Assert.Throws<Failure>(() => Read("h", $"# first\nHost h\n{line}\n"));
        Assert.Equal($"{_scratch["config"]}:3: {keyword}: the built-in ssh does not support this keyword", failure.Message);
        _ = Read("h", $"Host other\n{line}\n");
    }

    [Theory]
    [InlineData("Match host h", "Match: the built-in ssh supports only the condition 'all'")]
    [InlineData("StrictHostKeyChecking accept-new", "StrictHostKeyChecking: accept-new: the built-in ssh supports only yes and ask")]
    [InlineData("StrictHostKeyChecking off", "StrictHostKeyChecking: off: the built-in ssh supports only yes and ask")]
    [InlineData("AddressFamily ipx", "AddressFamily: ipx: must be any, inet or inet6")]
    [InlineData("Port 70000", "Port: 70000: must be a number from 1 to 65535")]
    [InlineData("BatchMode maybe", "BatchMode: maybe: must be yes or no")]
    [InlineData("User a b", "User: needs one value")]
    [InlineData("User \"a", "User: unclosed quote")]
    public void An_unsupported_value_is_refused(string line, string cause) =>
        Assert.Equal($"{_scratch["config"]}:1: {cause}", Assert.Throws<Failure>(() => Read("h", line)).Message);

    [Theory]
    [InlineData("IdentityFile %C", "%C")]
    [InlineData("HostName %p", "HostName %p")]
    [InlineData("IdentityFile ${NO_SUCH_VARIABLE}/x", "variable")]
    public void An_unsupported_token_is_refused(string line, string part) =>
        Assert.Contains(part, Assert.Throws<Failure>(() => Read("h", line).IdentityFiles).Message, StringComparison.Ordinal);

    /// <summary>The keywords of Debian's and Fedora's configuration files, without Fedora's conditions.</summary>
    [Fact]
    public void Keywords_without_effect_are_ignored()
    {
        var target = Read("h", "Host *\n SendEnv LANG LC_*\n GSSAPIAuthentication yes\n ForwardX11Trusted yes\n ForwardAgent no\n ControlMaster auto\n ControlPath ~/x\n ProxyJump none\n Compression yes\nMatch all\n User x\n");
        Assert.Equal("x", target.User);
    }

    [Fact]
    public void A_file_that_the_user_names_has_to_exist()
    {
        Assert.Equal($"{_scratch["nothing"]}: no such file or directory", Assert.Throws<Failure>(() => Settings.Of(Invocation.Parse(["-F", _scratch["nothing"], "--", "h", "true"]))).Message);
        _ = Settings.Of(Invocation.Parse(["-F", "none", "--", "h", "true"]));
    }

    [Theory]
    [InlineData("unknown option", "-X", "--", "h", "true")]
    [InlineData("no host", "--")]
    [InlineData("no command", "--", "h")]
    [InlineData("not a port", "-p", "70000", "--", "h", "true")]
    public void Its_command_line_is_checked(string part, params string[] words) =>
        Assert.Contains(part, Assert.Throws<Failure>(() => Invocation.Parse(words)).Message, StringComparison.Ordinal);

    private Target Read(string host, string text, params string[] words)
    {
        File.WriteAllText(_scratch["config"], text);
        return new Target(host, Settings.Of(Invocation.Parse(["-F", _scratch["config"], .. words, "--", host, "true"])));
    }
}
