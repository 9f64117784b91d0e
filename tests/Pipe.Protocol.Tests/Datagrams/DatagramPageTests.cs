using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>The section Datagrams of the page and the code say the same; layouts and examples are held together by <see cref="PageTests"/>.</summary>
public class DatagramPageTests
{
    [Theory]
    [InlineData("DatagramHello", DatagramHello.Size)]
    [InlineData("DatagramKeys", DatagramKeys.Size)]
    [InlineData("DatagramHeader", DatagramHeader.Size)]
    [InlineData("DatagramRange", DatagramRange.Size)]
    [InlineData("DatagramFloor", DatagramFloor.Size)]
    [InlineData("DatagramToken", DatagramToken.Size)]
    public void The_fields_of_a_layout_add_up_to_its_size(string name, int size) => Assert.Equal(size, Layout.SizeOf(Layout.All[name]));

    [Fact]
    public void Every_number_on_the_wire_is_on_the_page()
    {
        Assert.Equal(Enum.GetValues<DatagramType>().Select(type => $"{(int)type} {type}"), Page.Items("DatagramType").Select(item => item.Tag));
        Assert.Equal(Enum.GetValues<DatagramFlags>().Where(flag => flag != 0).Select(flag => $"{(int)flag} {flag}"), Page.Items("DatagramFlags").Select(item => item.Tag));
    }

    [Fact]
    public void Every_limit_is_on_the_page_with_its_value_and_its_meaning()
    {
        var source = File.ReadAllLines(Repository.PathOf("src/Pipe.Protocol/Datagrams/DatagramLimits.cs"));
        Page.ExpectItems("Datagram limits", [.. typeof(DatagramLimits).GetFields().Select(field => ($"Dv {field.Name} No = {field.GetValue(null)}", MeaningOf(field.Name)))]);

        string MeaningOf(string name)
        {
            var comment = source[Array.FindIndex(source, line => line.Contains($" {name} = ", StringComparison.Ordinal)) - 1].Trim();
            return comment["/// <summary>".Length..^"</summary>".Length];
        }
    }

    [Fact]
    public void The_state_table_on_the_page_is_that_of_the_code()
    {
        var moves =
            from state in Enum.GetValues<DatagramState>()
            from type in Enum.GetValues<DatagramType>()
            let next = DatagramTable.Next(state, type)
            where next is not null
            group type by (state, next) into line
            select $"{line.Key.state,-12}{string.Join(", ", line),-57} {line.Key.next}";
        Page.Expect("Datagram states", 0, string.Join('\n', moves.Prepend($"{"in state",-12}{"receives",-57} then")));
        Assert.Equal(Enum.GetNames<DatagramState>(), Page.Items("Datagram states").Select(item => item.Tag));
    }

    [Fact]
    public void Every_example_on_the_page_is_what_the_encoder_gives() => Assert.All(DatagramSamples.All, sample =>
    {
        var first = Page.Displays(sample.Title).TakeWhile(display => !Page.IsHex(display)).Count();
        for (var i = 0; i < sample.Examples.Length; i++)
        {
            Page.Expect(sample.Title, first + i, Page.ToHex(sample.Examples[i]));
        }

        Assert.Equal(sample.Examples.Length, Page.Examples(sample.Title).Count);
    });

    [Fact]
    public void The_examples_are_read_as_what_the_page_says()
    {
        var keys = DatagramSamples.Keys();
        using var seal = new DatagramSeal(keys.FromListener, Protection.Clear);
        var datagram = Page.FromHex(Page.Examples("DatagramAck")[1]);
        Assert.True(DatagramHeader.TryRead(datagram, out var header));
        Assert.Equal(new DatagramHeader(DatagramType.Ack, DatagramFlags.None, 1, keys.FromListener.Tag, 40), header);
        Assert.True(seal.TryOpen(datagram));
        var text = datagram.AsSpan(DatagramHeader.Size..^DatagramSeal.TagSize);
        Assert.Equal(DatagramSamples.Ack, DatagramAck.Read(text));
        Assert.Equal(Page.FromHex(Page.Examples("DatagramAck")[0]), text.ToArray());
        Assert.Equal(DatagramSamples.Credit, DatagramCredit.Read(Page.FromHex(Page.Examples("DatagramCredit")[0])));
        Assert.Equal(DatagramSamples.Floor, DatagramFloor.Read(Page.FromHex(Page.Examples("DatagramFloor")[0])));
        Assert.Equal(DatagramSamples.Close, DatagramClose.Read(Page.FromHex(Page.Examples("DatagramClose")[0])));
    }

    [Theory]
    [InlineData(Protection.Clear, "DataHeader", 0)]
    [InlineData(Protection.Authenticate, "DatagramSeal", 0)]
    [InlineData(Protection.Encrypt, "DatagramSeal", 1)]
    public void The_examples_of_fragments_open(object protection, string title, int example)
    {
        using var seal = new DatagramSeal(DatagramSamples.Keys().FromConnector, (Protection)protection);
        var datagram = Page.FromHex(Page.Examples(title)[example]);
        Assert.True(DatagramHeader.TryRead(datagram, out var header));
        Assert.True(seal.TryOpenData(datagram));
        var data = DataHeader.Read(header, datagram, datagram.Length - seal.DataOverhead);
        Assert.Equal((5UL, 0, 84, 1000UL), (data.Block, data.Offset, data.BlockSize, data.Header.Number));
        Assert.Equal(DatagramSamples.Block, datagram.AsSpan(seal.DataPrefix, 84).ToArray());
    }
}
