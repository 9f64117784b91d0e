using System.Text;
using System.Text.Json;
using Pipe.Engine;

namespace Pipe.Tests;

public sealed class JsonLineTests
{
    [Fact]
    public void Members_stand_in_the_order_they_were_added()
    {
        var line = new JsonLine(TimeSpan.FromMilliseconds(1500), "x").Number("n", 5L).Number("none", null).Text("s", null).Truth("b", true);
        Assert.Equal("{\"t\":1.500,\"event\":\"x\",\"n\":5,\"none\":null,\"s\":null,\"b\":true}\n", Encoding.UTF8.GetString(line.ToBytes()));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("\"quoted\" and \\ and /")]
    [InlineData("two\nlines\r\t\0\u001b[2J\u007f\u009b")]
    [InlineData("größe \U0001F600")]
    public void Any_text_survives(string text)
    {
        var bytes = new JsonLine(default, "x").Text("s", text).ToBytes();
        Assert.Equal(bytes.Length - 1, bytes.AsSpan().IndexOf((byte)'\n'));
        Assert.Equal(text, JsonDocument.Parse(bytes).RootElement.GetProperty("s").GetString());
    }

    [Fact]
    public void A_byte_that_is_not_utf8_is_a_lone_surrogate() =>
        Assert.Contains("\"a\\udcffb\"", Encoding.UTF8.GetString(new JsonLine(default, "x").Text("s", "a\uDCFFb").ToBytes()));

    [Fact]
    public void Control_characters_never_stand_bare() =>
        Assert.DoesNotContain(Encoding.UTF8.GetString(new JsonLine(default, "x").Text("s", "\u001b\u009b\u007f").ToBytes())[..^1], char.IsControl);
}
