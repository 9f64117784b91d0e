using System.Globalization;

namespace Pipe.Linux.Tests;

public sealed class PatternsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public PatternsTests()
    {
        foreach (var name in new[] { "a.c", "b.c", "b.h", "with space", "line\nbreak", "[x]", "back\\slash", ".hidden", "{odd}" })
        {
            File.WriteAllText(_scratch[name], "");
        }
    }

    [Theory]
    [InlineData("*.c", "a.c", "b.c")]
    [InlineData("[ab].[ch]", "a.c", "b.c", "b.h")]
    [InlineData("?.h", "b.h")]
    [InlineData("{b,a}.c", "b.c", "a.c")]
    [InlineData("b.{h,c}", "b.h", "b.c")]
    [InlineData("line*", "line\nbreak")]
    [InlineData("with space", "with space")]
    [InlineData("with\\ space", "with space")]
    [InlineData("\\[x\\]", "[x]")]
    [InlineData("[x]", "[x]")]
    [InlineData("back*", "back\\slash")]
    [InlineData("back\\\\slash", "back\\slash")]
    [InlineData(".hid*", ".hidden")]
    [InlineData("hid*", "hid*")]
    [InlineData("nothing", "nothing")]
    [InlineData("no*thing", "no*thing")]
    [InlineData("no\\*thing", "no*thing")]
    [InlineData("\\{odd\\}", "{odd}")]
    [InlineData("{no,nothing}", "{no,nothing}")]
    public void A_pattern_stands_for_what_fits_or_for_itself(string pattern, params string[] names) =>
        Assert.Equal(names.Select(name => _scratch[name]), Patterns.Expand(_scratch[pattern]));

    [Fact]
    public void A_name_that_is_not_utf8_is_found()
    {
        Assert.Equal(0, Shell.Run($"cd '{_scratch.Directory}' && touch \"$(printf 'raw\\377')\"").Status);
        Assert.Equal([_scratch["raw\uDCFF"]], Patterns.Expand(_scratch["raw*"]));
    }

    [Fact]
    public void All_of_many_names_are_found_in_order()
    {
        for (var i = 0; i < 2000; i++)
        {
            File.WriteAllText(_scratch[$"many{i.ToString("D4", CultureInfo.InvariantCulture)}"], "");
        }

        var found = Patterns.Expand(_scratch["many*"]);
        Assert.Equal(2000, found.Length);
        Assert.Equal(found.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void A_tilde_is_the_home_directory()
    {
        var home = Environment.GetEnvironmentVariable("HOME")!;
        Assert.Equal([home], Patterns.Expand("~"));
        Assert.Equal(home + "/x*y", Patterns.ExpandHome("~/x*y"));
        Assert.Equal("/a/~", Patterns.ExpandHome("/a/~"));
        Assert.Equal("~nobody-of-that-name/x", Patterns.ExpandHome("~nobody-of-that-name/x"));
    }

    [Fact]
    public void A_pattern_with_a_NUL_in_it_is_none() => Assert.Throws<LinuxException>(() => Patterns.Expand("a\0b"));

    public void Dispose() => _scratch.Dispose();
}
