using Pipe.Dolly;
using Pipe.Engine;

namespace Frontends.Tests.Dolly;

/// <summary>The parts of the classic protocol that need no connection.</summary>
public sealed class ClassicTests
{
    private static readonly Configuration Plain = new()
    {
        Input = new InputFile("i"),
        Output = new OutputFile("o"),
        Server = "s",
        Hosts = ["n1", "n2", "n3"],
    };

    [Fact]
    public void A_configuration_is_written_in_the_order_that_clients_require() => Assert.Equal(
        "compressed infile i split\noutfile o split 5M\nsegsize 1200\nadd2 1:-giga\nhyphennormal\nserver s\nfirstclient n1\nlastclient n3\nclients 3\nn1\nn2\nn3\nendconfig\n",
        ClassicConfig.Of(Plain with
        {
            Input = new InputFile("i", IsSplit: true, IsCompressed: true),
            Output = new OutputFile("o", 5 << 20),
            SegmentSize = 1200,
            Links = new ExtraLinks(1, ["-giga"], IsBeforeNumber: true),
            IsHyphenNormal = true,
        }));

    [Theory]
    [InlineData(1L << 40, "1T")]
    [InlineData(3L << 30, "3G")]
    [InlineData(5L << 20, "5M")]
    [InlineData(1536L << 10, "1536k")]
    public void Sizes_have_the_letter_that_dolly_requires(long size, string text) =>
        Assert.Contains($"outfile o split {text}\n", ClassicConfig.Of(Plain with { Output = new OutputFile("o", size) }));

    [Fact]
    public void A_written_configuration_is_read_again()
    {
        var read = ConfigurationReader.Read(ClassicConfig.Of(Plain with { Fanout = 2 }));
        Assert.Equal((Plain.Input, Plain.Output, 2, "s"), (read.Input, read.Output, read.Fanout, read.Server));
        Assert.Equal(Plain.Hosts, read.Hosts);
        Assert.Equal("dummy 64\n", ClassicConfig.Of(Plain with { IsDummy = true, DummyMebibytes = 64 })[..9]);
    }

    [Fact]
    public void A_configuration_of_one_segment_gets_a_space()
    {
        var bare = ClassicConfig.Of(Plain).Length - 1;
        var text = ClassicConfig.Of(Plain with { Input = new InputFile(new string('i', 1448 - bare)) });
        Assert.Equal((1449, " "), (text.Length, text[^1..]));
        Assert.Equal(1447, ClassicConfig.Of(Plain with { Input = new InputFile(new string('i', 1447 - bare)) }).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Ready_clients_are_found_in_any_pieces(int piece)
    {
        const string text = "Host got parameters 'n1'.\nHost ready 'n1'.\nHost ready 'ready2'.\nClient x ready.\nHost ready 'n3-ready'.\n";
        var scan = new ReadyScan();
        var names = new List<string>();
        for (var at = 0; at < text.Length; at += piece)
        {
            names.AddRange(scan.Take(System.Text.Encoding.ASCII.GetBytes(text[at..Math.Min(text.Length, at + piece)])));
        }

        Assert.Equal(["n1", "ready2", "n3-ready"], names);
    }

    [Theory]
    [InlineData(1, "n1", "n2")]
    [InlineData(1, "n2", "n3")]
    [InlineData(1, "n3", "")]
    [InlineData(2, "n1", "n3")]
    [InlineData(2, "n2", "")]
    public void A_client_finds_its_place_and_its_children(int fanout, string name, string children) =>
        Assert.Equal(
            children.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ClassicPlace.Find(Plain with { Fanout = fanout }, [name], static _ => false).Children);

    [Fact]
    public void A_client_prefers_its_exact_name_and_may_be_found_by_its_address()
    {
        var config = Plain with { Hosts = ["n1-giga", "n1", "10.0.0.7"] };
        Assert.Equal(1, ClassicPlace.Find(config, ["n1"], static _ => false).Index);
        Assert.Equal(2, ClassicPlace.Find(config, ["other"], static host => host == "10.0.0.7").Index);
        Assert.Empty(ClassicPlace.Find(config with { LastClient = "n1" }, ["n1"], static _ => false).Children);
        Assert.Equal("Couldn't find myself in hostlist.", Assert.Throws<Failure>(() => ClassicPlace.Find(config, ["other"], static _ => false)).Message);
    }
}
