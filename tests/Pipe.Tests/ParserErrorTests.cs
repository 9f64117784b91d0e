using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class ParserErrorTests
{
    public static TheoryData<string> WithArgument { get; } = [.. Options.All.Where(option => option.NeedsArgument).Select(option => option.Name)];


    [Theory]
    [InlineData("", "-r or -w is missing", "-r reads")]
    [InlineData("-s h -f f", "-r or -w is missing", "-r reads")]
    [InlineData("-r -f f", "-s is missing", "-e CMD")]
    [InlineData("-r -s h -f f -l l -recurse", "-tree is missing", "for trees")]
    [InlineData("-r -s h -f f -l l -exclude x", "-tree is missing", "for trees")]
    [InlineData("-r -s h -f f -l l -verify", "-tree is missing", "for trees")]
    [InlineData("-r -s h -f f -l l -resume -quick", "-tree is missing", "for trees")]
    [InlineData("-r -s h -R c -l l -resume", "-resume is for a file on both hosts, a tree or an archive", "it excludes -R, -L")]
    [InlineData("-r -s h -f f -L c -resume", "-resume is for a file on both hosts, a tree or an archive", "it excludes -R, -L")]
    [InlineData("-r -s h -f f -resume", "-resume is for a file on both hosts, a tree or an archive", "standard input and output")]
    [InlineData("-w -s h -f f -l l -resume -inplace", "-resume is for a file on both hosts, a tree or an archive", "-inplace")]
    [InlineData("-w -s h -f f -l l -resume -T 5", "-resume is for a file on both hosts, a tree or an archive", "-T")]
    [InlineData("-w -s h -f f -l l -resume -filter c", "-resume is for a file on both hosts, a tree or an archive", "-filter")]
    [InlineData("-r -s h -R c -tree", "-tree excludes -R, -L and -inplace", "-f there")]
    [InlineData("-w -s h -f f -index", "-F is missing", "-F SIZE writes one")]
    [InlineData("-w -s h -F 1m -f f -tree", "-F excludes -tree, -R and -inplace", "named with -f")]
    [InlineData("-w -s h -F 1m -f f -member x", "-member, -range and -recall-ahead are for reading", "")]
    [InlineData("-w -s h -F 1m -f f -recall-ahead 1g", "-member, -range and -recall-ahead are for reading", "")]
    [InlineData("-r -s h -F 1 -f f -FMigrate", "-S, -FMigrate, -index and -resume are for writing an archive", "")]
    [InlineData("-r -s h -F 1 -f f -S 1k", "-S, -FMigrate, -index and -resume are for writing an archive", "")]
    [InlineData("-r -s h -F 1 -f f -resume", "-S, -FMigrate, -index and -resume are for writing an archive", "")]
    [InlineData("-w -s h -F 1m -f f -frelease", "without -FMigrate nothing is migrated", "-frelease, -hsm and custom commands require -FMigrate")]
    [InlineData("-w -s h -F 1m -f f -hsm dmf", "without -FMigrate nothing is migrated", "-frelease, -hsm and custom commands require -FMigrate")]
    [InlineData("-r -s h", "-f or -R is missing", "-R 'COMMAND'")]
    [InlineData("-r -s h -d x", "-f or -R is missing", "-R 'COMMAND'")]
    [InlineData("-r -s h -f f -R c", "-f and -R exclude each other", "a file or a command")]
    [InlineData("-r -s h -f f -l a -L c", "-l and -L exclude each other", "a file or a command")]
    [InlineData("-r -s h -f null: -d x", "-d: null: cannot be in a directory", "./null:")]
    [InlineData("-r -s h -f pattern:", "-f: pattern:: a pattern source needs a size", "pattern:1g")]
    [InlineData("-r -s h -f pattern:x", "-f: pattern:x: a pattern source needs a size", "./pattern:x")]
    [InlineData("-r -s h -f pattern:0", "-f: pattern:0: a pattern source needs a size", "pattern:1g")]
    [InlineData("-w -s h -f pattern:1", "-f: pattern:1: a pattern sink takes no size", "write pattern: alone")]
    [InlineData("-r -s h -f f -l pattern:1", "-l: pattern:1: a pattern sink takes no size", "write pattern: alone")]
    [InlineData("-server -v", "-server excludes all other options", "")]
    [InlineData("-server -print-plan", "-server excludes all other options", "")]
    [InlineData("-spare -v", "-spare excludes all other options", "")]
    [InlineData("-keep-login end", "-s is missing", "-e CMD")]
    [InlineData("-s h -keep-login end -f f", "-r or -w is missing", "-r reads")]
    [InlineData("-s h -keep-login 5 -e builtin -w -l a -f b", "-keep-login is for ssh: -e builtin keeps no login open", "")]
    [InlineData("-e builtin -w -l a -f b", "-s is missing", "-s HOST")]
    [InlineData("-s h -keep-login end -e ssh", "-P, -o, -keep-login and -ssh-config are for ssh, not for the remote shell of -e", "-e 'ssh -p 2222'")]
    public void Options_that_do_not_go_together_are_refused(string words, string cause, string hint) => Refused(words, cause, hint);

    [Theory]
    [InlineData("-P 0", "-P: 0: not a port (1 to 65535)")]
    [InlineData("-P 65536", "-P: 65536: not a port (1 to 65535)")]
    [InlineData("-P ''", "-P: the argument is empty")]
    [InlineData("-P +5", "-P: +5: not a port (1 to 65535)")]
    [InlineData("-P 99999999999", "-P: 99999999999: not a port (1 to 65535)")]
    [InlineData("-p 0-5", "-p: 0: not a port (1 to 65535)")]
    [InlineData("-p ''", "-p: the argument is empty")]
    [InlineData("-p 5-", "-p: 5-: not a range LOW-HIGH")]
    [InlineData("-p -5", "-p: -5: not a range LOW-HIGH")]
    [InlineData("-p -", "-p: -: not a range LOW-HIGH")]
    [InlineData("-p 4-5-6", "-p: 5-6: not a port (1 to 65535)")]
    [InlineData("-p 6-5", "-p: 6-5: the low port is above the high one")]
    [InlineData("-wsz 4095", "-wsz: 4095: not between 4k and 1g")]
    [InlineData("-wsz 1025m", "-wsz: 1025m: not between 4k and 1g")]
    [InlineData("-wsz 9999999t", "-wsz: 9999999t: not a size")]
    [InlineData("-rate 0", "-rate: 0: not between 1 and 9223372036854775807")]
    [InlineData("-rate fast", "-rate: fast: not a size")]
    [InlineData("-timeout 0", "-timeout: 0: not a number of seconds (1 to 31536000)")]
    [InlineData("-timeout 31536001", "-timeout: 31536001: not a number of seconds (1 to 31536000)")]
    [InlineData("-timeout 5s", "-timeout: 5s: not a number of seconds (1 to 31536000)")]
    [InlineData("-keep-login -1", "-keep-login: -1: neither a number of seconds (0 to 31536000) nor end")]
    [InlineData("-keep-login 31536001", "-keep-login: 31536001: neither a number of seconds (0 to 31536000) nor end")]
    [InlineData("-keep-login end,own", "-keep-login: end,own: neither a number of seconds (0 to 31536000) nor end")]
    [InlineData("-keep-login 60,other", "-keep-login: 60,other: neither a number of seconds (0 to 31536000) nor end")]
    [InlineData("-keep-login ''", "-keep-login: the argument is empty")]
    [InlineData("-keep never", "-keep-login: never: neither a number of seconds (0 to 31536000) nor end")]
    [InlineData("-e 'a \"b'", "a \"b: a quote is left open")]
    [InlineData("-e ' '", "-e: the argument is empty")]
    [InlineData("-f ''", "-f: the argument is empty")]
    [InlineData("-d ''", "-d: the argument is empty")]
    [InlineData("-R ''", "-R: the argument is empty")]
    [InlineData("-l ''", "-l: the argument is empty")]
    [InlineData("-L ''", "-L: the argument is empty")]
    [InlineData("-e ''", "-e: the argument is empty")]
    [InlineData("-o ''", "-o: the argument is empty")]
    [InlineData("-rate ''", "-rate: the argument is empty")]
    [InlineData("-timeout ''", "-timeout: the argument is empty")]
    [InlineData("-streams ''", "-streams: the argument is empty")]
    [InlineData("-connect ''", "-connect: the argument is empty")]
    [InlineData("-data-host ''", "-data-host: the address is empty")]
    [InlineData("-data-host -f", "-data-host: -f: the address cannot begin with '-'")]
    [InlineData("-s -f", "-s: -f: the host name cannot begin with '-'")]
    [InlineData("-u 'a b'", "-u: a b: the user name cannot contain white space or control characters")]
    [InlineData("-ssh-config ''", "-ssh-config: the argument is empty")]
    [InlineData("-events ''", "-events: the argument is empty")]
    public void A_value_that_makes_no_sense_is_refused(string words, string cause) => Refused("-r -s h -f f " + words, cause, "");

    [Theory]
    [InlineData("-x", "-x: no such option", "dmscp -h lists the options")]
    [InlineData("-", "-: no such option", "dmscp -h lists the options")]
    [InlineData("-rw", "-rw: no such option", "dmscp -h lists the options")]
    [InlineData("-checksums", "-checksums: no such option", "did you mean -checksum?")]
    [InlineData("-chekcsum", "-chekcsum: no such option", "did you mean -checksum?")]
    [InlineData("-Timeout", "-Timeout: no such option", "did you mean -timeout?")]
    [InlineData("-V", "-V: no such option", "did you mean -version?")]
    [InlineData("-rate=5m", "-rate=5m: no such option", "write -rate 5m:")]
    [InlineData("file", "file: not an option", "-f and -l")]
    [InlineData("-checksum md5", "md5: not an option", "-f and -l")]
    [InlineData("''", "'': not an option", "-f and -l")]
    public void A_word_that_is_no_option_is_refused_with_a_hint(string words, string cause, string hint) => Refused("-r -s h -f f " + words, cause, hint);

    [Theory]
    [MemberData(nameof(WithArgument))]
    public void An_option_without_its_argument_is_refused(string name) => Refused($"-r -s h -f f {name}", $"{name}: the argument is missing", $"write {name} ");

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=x")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u001bb")]
    [InlineData("a'b")]
    [InlineData("a\"b")]
    [InlineData("a`b")]
    [InlineData("a$b")]
    [InlineData("a;b")]
    [InlineData("a&b")]
    [InlineData("a<b")]
    [InlineData("a>b")]
    [InlineData("a|b")]
    [InlineData("a(b")]
    [InlineData("a)b")]
    [InlineData("a{b")]
    [InlineData("a}b")]
    [InlineData("a\\")]
    public void A_host_or_user_that_a_shell_could_act_on_is_refused(string name)
    {
        foreach (var option in new[] { "-s", "-u" })
        {
            var failure = Assert.Throws<Failure>(() => Parser.Parse("-r", "-s", "h", "-f", "f", option, name));
            Assert.Equal(ExitCode.Usage, failure.Code);
            Assert.StartsWith($"{option}: ", failure.Message);
        }
    }

    /// <summary>As ssh itself has it: a user of a domain, and an address with a network interface.</summary>
    [Theory]
    [InlineData("-s", "a\\b", false)]
    [InlineData("-s", "fe80::1%eth0", true)]
    [InlineData("-u", "DOM\\user", true)]
    [InlineData("-u", "a%b", false)]
    public void A_backslash_is_for_users_and_a_percent_sign_for_hosts(string option, string name, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => Parser.Parse("-r", "-s", "h", "-f", "f", option, name)) is null);

    private static void Refused(string words, string cause, string hint)
    {
        var failure = Assert.Throws<Failure>(() => Parser.Parse([.. ShellWords.Split(words)]));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Equal(cause, failure.Message);
        Assert.Contains(hint, failure.Hint);
    }
}
