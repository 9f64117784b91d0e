using System.Text;

namespace Pipe.Tests;

public sealed class ArgvTests
{
    [Theory]
    [InlineData("dmscp\0-h\0", 1, "dmscp", new[] { "-h" })]
    [InlineData("/usr/bin/dmscp\0", 0, "dmscp", new string[0])]
    [InlineData("dotnet\0exec\0/x/pipe.dll\0dmscp\0\0", 2, "pipe.dll", new[] { "dmscp", "" })]
    [InlineData("pipe\0a\nb\0 \0", 2, "pipe", new[] { "a\nb", " " })]
    public void The_arguments_are_the_last_words_and_the_name_stands_before_them(string line, int count, string name, string[] words)
    {
        var argv = Argv.Parse(Encoding.Latin1.GetBytes(line), new string[count]);
        Assert.Equal(name, argv.Name);
        Assert.Equal(words, argv.Words);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_kept()
    {
        var argv = Argv.Parse([.. "dmscp\0a"u8, 0xFF, .. "b\0"u8], ["a\uFFFDb"]);
        Assert.Equal(["a\uDCFFb"], argv.Words);
    }

    [Fact]
    public void A_line_that_cannot_hold_the_arguments_is_not_trusted()
    {
        var argv = Argv.Parse("x\0"u8, ["a", "b"]);
        Assert.Equal(["a", "b"], argv.Words);
        Assert.Equal("", argv.Name);
    }
}
