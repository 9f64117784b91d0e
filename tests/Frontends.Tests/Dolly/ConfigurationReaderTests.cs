using Pipe.Dolly;
using Pipe.Engine;
using Pipe.Protocol;

namespace Frontends.Tests.Dolly;

public sealed class ConfigurationReaderTests
{
    private const string Hosts = "server s0\nfirstclient n1\nlastclient n3\nclients 3\nn1\nn2\nn3\nendconfig\n";

    [Fact]
    public void A_plain_configuration_has_everything()
    {
        var config = ConfigurationReader.Read($"infile /dev/sda1\noutfile /dev/sdb1\n{Hosts}");
        Assert.Equal(new InputFile("/dev/sda1"), config.Input);
        Assert.Equal(new OutputFile("/dev/sdb1"), config.Output);
        Assert.Equal(("s0", "n1", "n3"), (config.Server, config.FirstClient, config.LastClient));
        Assert.Equal(["n1", "n2", "n3"], config.Hosts);
        Assert.Equal((1, 0, false, false), (config.Fanout, config.SegmentSize, config.IsDummy, config.IsHyphenNormal));
    }

    [Theory]
    [InlineData("infile p", "p", false, false)]
    [InlineData("infile p split", "p", true, false)]
    [InlineData("compressed infile p.gz", "p.gz", false, true)]
    [InlineData("compressed infile p.gz split", "p.gz", true, true)]
    [InlineData("infile /dev/stdin", "/dev/stdin", false, false)]
    [InlineData("infile with a space", "with a space", false, false)]
    public void Input_lines(string line, string path, bool isSplit, bool isCompressed) =>
        Assert.Equal(new InputFile(path, isSplit, isCompressed), ConfigurationReader.Read($"{line}\noutfile o\n{Hosts}").Input);

    [Theory]
    [InlineData("outfile o", "o", 0, false)]
    [InlineData("outfile o split 5k", "o", 5L << 10, false)]
    [InlineData("outfile o split 5M", "o", 5L << 20, false)]
    [InlineData("outfile o split 5G", "o", 5L << 30, false)]
    [InlineData("outfile o split 5T", "o", 5L << 40, false)]
    [InlineData("outfile o split 700", "o", 700, false)]
    [InlineData("compressed outfile o.gz", "o.gz", 0, true)]
    [InlineData("outfile /srv/%h.img", "/srv/%h.img", 0, false)]
    public void Output_lines(string line, string path, long size, bool isCompressed) =>
        Assert.Equal(new OutputFile(path, size, isCompressed), ConfigurationReader.Read($"infile i\n{line}\n{Hosts}").Output);

    [Theory]
    [InlineData("dummy", null)]
    [InlineData("dummy 64", 64L)]
    [InlineData("dummy 0", 0L)]
    [InlineData("dummy 4294967295", 4294967295L)]
    public void Dummy_lines(string line, long? mebibytes)
    {
        var config = ConfigurationReader.Read($"{line}\n{Hosts}");
        Assert.Equal((true, mebibytes, null, null), (config.IsDummy, config.DummyMebibytes, config.Input, config.Output));
    }

    [Fact]
    public void All_settings_come_before_the_server()
    {
        var config = ConfigurationReader.Read($"infile i\noutfile o\nsegsize 1200\nadd 0:-giga\nfanout 3\nhyphennormal\n{Hosts}");
        Assert.Equal((1200, 3, true), (config.SegmentSize, config.Fanout, config.IsHyphenNormal));
        Assert.Equal(["n1-giga"], config.Links!.NamesOf("n1"));
        Assert.False(ConfigurationReader.Read($"infile i\noutfile o\nhypheninterface\n{Hosts}").IsHyphenNormal);
    }

    [Theory]
    [InlineData("add 2:-giga:-myri", "x101", "x101 x101-giga x101-myri")]
    [InlineData("add2 1:-fast", "xibalba101", "xibalba101 xibalba-fast101")]
    [InlineData("add2 1:-fast", "nodigit", "nodigit nodigit-fast")]
    [InlineData("add 0:-giga", "x1", "x1-giga")]
    [InlineData("add 1:-giga", "x1.example", "x1.example x1.example-giga")]
    public void Interfaces_have_names(string line, string host, string names) =>
        Assert.Equal(names.Split(' '), ConfigurationReader.Read($"infile i\noutfile o\n{line}\n{Hosts}").Links!.NamesOf(host));

    [Fact]
    public void Comments_empty_lines_and_more_text_at_the_end_do_not_count()
    {
        var config = ConfigurationReader.Read($"# a comment\n\n  infile i\r\noutfile o\t\n  # more\n{Hosts}\nanything\nendconfig\n");
        Assert.Equal(("i", "o", 3), (config.Input!.Path, config.Output!.Path, config.Hosts.Count));
    }

    /// <summary>The lines server, firstclient, lastclient and clients do not exist in 0.70 and later.</summary>
    [Fact]
    public void A_configuration_of_the_third_dialect_lists_hosts_only()
    {
        var config = ConfigurationReader.Read("infile i\noutfile o\nhyphennormal\nn1\n\nn2\nendconfig\n");
        Assert.Equal(["n1", "n2"], config.Hosts);
        Assert.Equal("", config.Server);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(65_536)]
    public void Long_lists_and_files_beyond_four_kibibytes_are_read(int count)
    {
        var hosts = string.Concat(Enumerable.Range(1, count).Select(i => $"node{i:00000}.cluster.example\n"));
        var config = ConfigurationReader.Read($"infile i\noutfile o\nserver s\nfirstclient node00001.cluster.example\nlastclient x\nclients {count}\n{hosts}endconfig\n");
        Assert.Equal(count, config.Hosts.Count);
        Assert.Equal($"node{count:00000}.cluster.example", config.Hosts[^1]);
    }

    [Fact]
    public void One_line_may_list_several_hosts() =>
        Assert.Equal(["n1", "n2", "n3"], ConfigurationReader.Read("infile i\noutfile o\nserver s\nfirstclient n1\nlastclient n3\nclients 3\nn[1-3]\nendconfig").Hosts);

    [Theory]
    [InlineData("outfile o\nendconfig", "Missing 'infile ' in config-file.")]
    [InlineData("infile i\nserver s\nendconfig", "Missing 'outfile ' in config-file.")]
    [InlineData("", "Missing 'infile ' in config-file.")]
    [InlineData("infile i\noutfile o\nfirstclient a\nlastclient a\nclients 1\na\nendconfig", "Missing 'server ' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nlastclient a\nclients 1\na\nendconfig", "Missing 'firstclient ' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nclients 1\na\nendconfig", "Missing 'lastclient ' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\na\nendconfig", "Missing 'clients ' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\nclients 1\na\n", "Missing 'endconfig' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\nclients 1\na\nb\nendconfig", "Missing 'endconfig' in config-file.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\nclients 0\nendconfig", "I think 0 numbers of hosts doesn't make much sense.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\nclients -3\nendconfig", "I think -3 numbers of hosts doesn't make much sense.")]
    [InlineData("infile i\noutfile o\nserver s\nfirstclient a\nlastclient a\nclients 65537\nendconfig", "I think 65537 numbers of hosts doesn't make much sense.")]
    [InlineData("infile i\noutfile o\nadd 8:a:b:c:d:e:f:g:h\nserver s", "Error in add line: 8: not a number of links (0 to 7)")]
    [InlineData("infile i\noutfile o\nadd 2:-a\nserver s", "Error in add line: 1 suffixes for 2 extra links")]
    [InlineData("infile i\noutfile o\nadd 1:\nserver s", "Error in add line: '': a suffix has 1 to 31 characters")]
    [InlineData("infile i\noutfile o\nadd 1:-a\nfanout 2\nserver s", "fanout and extra links exclude each other")]
    [InlineData("infile i\noutfile o split 0k\nserver s", "outfile: split 0k: not a size")]
    [InlineData("infile i\noutfile o\na;b\nendconfig", "clients: a;b: the host name cannot contain ;")]
    public void A_configuration_that_makes_no_sense_is_refused(string text, string cause)
    {
        var failure = Assert.Throws<Failure>(() => ConfigurationReader.Read(text));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Equal(cause, failure.Message);
        Assert.Matches("^(line [0-9]+: |at the end of the file)", failure.Hint);
    }

    [Fact]
    public void Each_node_feeds_as_many_as_the_fanout_says() =>
        Assert.Equal([-1, -1, 0, 0, 1, 1, 2], Enumerable.Range(0, 7).Select(new Configuration { Fanout = 2 }.ParentOf));
}
