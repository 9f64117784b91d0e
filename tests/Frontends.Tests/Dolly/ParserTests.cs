using Pipe.Dolly;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests.Dolly;

public sealed class ParserTests
{
    private const string Config = "infile i\noutfile o\nserver s0\nfirstclient n1\nlastclient n2\nclients 2\nn1\nn2\nendconfig\n";

    [Theory]
    [InlineData("-s", "-f", "config")]
    [InlineData("-f", "config", "-s")]
    [InlineData("-f", "config", "-S")]
    [InlineData("-S", "-f", "config")]
    [InlineData("-Sf", "config")]
    [InlineData("-vsfconfig")]
    [InlineData("-f", "config")]
    [InlineData("-S", "head", "-f", "config", "-v")]
    public void The_configuration_is_read_after_all_options(params string[] words)
    {
        var invocation = Parse(words);
        Assert.Equal(RunMode.Head, invocation.Mode);
        Assert.Equal(["n1", "n2"], invocation.Configuration.Hosts);
        Assert.Equal(words.Contains("head") ? "head" : "s0", invocation.Configuration.Server);
    }

    [Fact]
    public void Options_alone_do_the_same()
    {
        var invocation = Parse("-I", "image", "-H", "n[1-2],k", "-O", "target");
        Assert.Equal(["n1", "n2", "k"], invocation.Configuration.Hosts);
        Assert.Equal((new InputFile("image"), new OutputFile("target")), (invocation.Configuration.Input, invocation.Configuration.Output));
        Assert.Equal(new OutputFile("image"), Parse("-i", "image", "-H", "n1").Configuration.Output);
    }

    [Fact]
    public void Options_take_precedence_over_the_configuration()
    {
        var config = Parse("-f", "config", "-I", "j", "-O", "p", "-H", "k1,k2,k3", "--fanout", "2", "-Y").Configuration;
        Assert.Equal(("j", "p", 3, 2, true), (config.Input!.Path, config.Output!.Path, config.Hosts.Count, config.Fanout, config.IsHyphenNormal));
    }

    /// <summary>All letters of 0.57 to 0.64 with their arguments.</summary>
    [Fact]
    public void Each_letter_of_both_dialects_is_accepted()
    {
        var draft = Parse("-a", "7", "-b", "65536", "-c", "5G", "-f", "config", "-r", "4", "-u", "98304", "-v", "-o", "log", "-s", "-S", "-n", "-R", "-4", "-Y").Draft;
        Assert.Equal((7, 7, 65536, 5L << 30, 4, 98304), (draft.Given.TimeoutSeconds, draft.IdleSeconds, draft.BlockSize, draft.UncompressedSize, draft.Retries, draft.Given.SocketBuffer));
        Assert.Equal(("log", true, true, true), (draft.Log, draft.ResolvesNames, draft.IsHyphenNormal, draft.IsServer));
        Assert.Equal(["AddressFamily=inet"], draft.SshOptions);
        Assert.Equal(-1, Parse("-q", "-I", "i", "-H", "n").Draft.Verbosity);
        Assert.Equal(Pipe.CommandLine.CommandKind.Version, Parse("-V").Kind);
        Assert.Equal(Pipe.CommandLine.CommandKind.Version, Parse("-V", "whatever").Kind);
        Assert.Equal(Pipe.CommandLine.CommandKind.Usage, Parse("-h").Kind);
    }

    [Theory]
    [InlineData(true, RunMode.Head, "-d", "-f", "dummy")]
    [InlineData(true, RunMode.Head, "-f", "dummy", "-d")]
    [InlineData(true, RunMode.Head, "-d", "-t", "5", "-H", "n1")]
    [InlineData(true, RunMode.Head, "-d", "-f", "config")]
    [InlineData(true, RunMode.Head, "-f", "dummy")]
    [InlineData(false, RunMode.ClassicServer, "-d", "-I", "i", "-O", "o", "-H", "n1,n2")]
    [InlineData(false, RunMode.ClassicServer, "--classic", "-f", "config")]
    public void The_letter_d_has_the_meaning_of_the_dialect_that_the_line_is_in(bool isDummy, object mode, params string[] words)
    {
        var invocation = Parse(words);
        Assert.Equal((isDummy, (RunMode)mode), (invocation.Configuration.IsDummy, invocation.Mode));
    }

    [Fact]
    public void No_words_ask_how_to_start() => Assert.Equal(RunMode.None, Parse().Mode);

    [Fact]
    public void A_classic_client_needs_no_more_than_an_address_and_a_file()
    {
        var invocation = Parse("--classic", "--allow-from", "10.0.0.1", "--allow-from", "10.0.0.2", "--outfile", "/srv/image");
        Assert.Equal(RunMode.ClassicClient, invocation.Mode);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], invocation.Draft.AllowFrom);
        Assert.Equal("/srv/image", invocation.Draft.ClassicOutput);
    }

    [Fact]
    public void Unusual_configurations_deserve_warnings()
    {
        Assert.Empty(Parse("-f", "config").Warnings);
        Assert.Equal(
            ["WARNING: Compressed outfile 'i' doesn't end with '.gz'!", "lastclient n1: the list of hosts ends with n2, and the list counts"],
            Parser.Parse(["-f", "x"], _ => Config.Replace("infile", "compressed infile", StringComparison.Ordinal).Replace("lastclient n2", "lastclient n1", StringComparison.Ordinal)).Warnings);
    }

    [Theory]
    [InlineData("Missing parameter -f <configfile>.", "-s")]
    [InlineData("Missing parameter -f <configfile>.", "-v")]
    [InlineData("Missing parameter -f <configfile>.", "-I", "i")]
    [InlineData("Timeout of 0 doesn't make sense.", "-a", "0", "-f", "config")]
    [InlineData("Timeout of x doesn't make sense.", "-a", "x", "-f", "config")]
    [InlineData("Timeout of -1 doesn't make sense.", "-a", "-1", "-f", "config")]
    [InlineData("no source is named", "-H", "n1", "-O", "o")]
    [InlineData("no target is named", "-I", "-", "-H", "n1")]
    [InlineData("-: a node that dolly starts has no standard output", "-I", "i", "-O", "-", "-H", "n1")]
    [InlineData("n1: named twice", "-I", "i", "-H", "n1,n2,n1")]
    [InlineData("-D: there is another source beside it", "-D", "/etc", "-I", "i", "-H", "n1")]
    [InlineData("-X: only with -D", "-X", "/etc", "-I", "i", "-H", "n1")]
    [InlineData("--command: there is another target beside it", "--command", "wc", "-I", "i", "-O", "o", "-H", "n1")]
    [InlineData("standard input cannot be the source and the configuration file", "-f", "-", "-I", "-", "-O", "o", "-H", "n1")]
    [InlineData("--classic: --allow-from is missing", "--classic", "--outfile", "o")]
    [InlineData("--classic: --outfile is missing", "--classic", "--allow-from", "10.0.0.1")]
    [InlineData("operand: dolly takes options only", "-s", "operand")]
    [InlineData("-z: no such option", "-z")]
    [InlineData("--verify: write: not read", "--verify=write", "-f", "config")]
    [InlineData("-f: the argument is missing", "-s", "-f")]
    public void A_line_that_makes_no_sense_is_refused(string cause, params string[] words)
    {
        var failure = Assert.Throws<Failure>(() => Parse(words));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Equal(cause, failure.Message);
    }

    /// <summary>-rate is -r with the argument ate, which is not what the user means.</summary>
    [Theory]
    [InlineData("-r: ate: not 0 to 1000", "did you mean --rate?", "-rate", "5m")]
    [InlineData("-help: no such option", "did you mean --help?", "-help")]
    public void A_word_with_a_dash_too_few_is_recognised(string cause, string hint, params string[] words)
    {
        var failure = Assert.Throws<Failure>(() => Parse(words));
        Assert.Equal((cause, hint), (failure.Message, failure.Hint));
    }

    [Theory]
    [InlineData(ExitCode.Done, 0)]
    [InlineData(ExitCode.Objects, 2)]
    [InlineData(ExitCode.Usage, 1)]
    [InlineData(ExitCode.Unreachable, 1)]
    [InlineData(ExitCode.Interrupted, 1)]
    [InlineData(ExitCode.Bug, 70)]
    public void Exit_statuses_are_those_of_dolly_and_kascade(object code, int status) => Assert.Equal(status, Status.Of((ExitCode)code));

    private static ChainInvocation Parse(params string[] words) =>
        Parser.Parse(words, name => name == "dummy" ? Config.Replace("infile i\noutfile o", "dummy 8", StringComparison.Ordinal) : Config);
}
