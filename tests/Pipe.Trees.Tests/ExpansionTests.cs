using System.Globalization;

namespace Pipe.Trees.Tests;

public sealed class ExpansionTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public ExpansionTests() => Listing.Shell(
        _scratch.Directory,
        """
        touch a.c b.c b.h 'with space' '[x]' 'back\slash' .hidden '{odd}' ü üb 😀 日本
        touch "$(printf 'line\nbreak')" "$(printf 'raw\377')" "$(printf '\374\374x')"
        mkdir dir1 dir2 dir1/sub; touch dir1/x dir2/x dir1/sub/y; ln -s dir1 link; ln -s nowhere dangling
        """);

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
    [InlineData("?hidden", "?hidden")]
    [InlineData("nothing", "nothing")]
    [InlineData("no*thing", "no*thing")]
    [InlineData("no\\*thing", "no*thing")]
    [InlineData("\\{odd\\}", "{odd}")]
    [InlineData("{no,nothing}", "{no,nothing}")]
    [InlineData("{no,a.c}", "a.c")]
    [InlineData("dir*/x", "dir1/x", "dir2/x")]
    [InlineData("dir?//x", "dir1//x", "dir2//x")]
    [InlineData("*/*/y", "dir1/sub/y", "link/sub/y")]
    [InlineData("[dl]i*/", "dir1/", "dir2/", "link/")]
    [InlineData("a.c/*", "a.c/*")]
    [InlineData("dang*", "dangling")]
    [InlineData("raw*", "raw<ff>")]
    public void A_pattern_stands_for_what_fits_or_for_itself(string pattern, params string[] names) => Finds(pattern, names);

    [Theory]
    [InlineData("?", "ü", "😀")]
    [InlineData("??", "üb", "日本")]
    [InlineData("[[:alpha:]]", "ü")]
    [InlineData("[à-ý]*", "ü", "üb")]
    [InlineData("[!a-z]?", "üb", "日本")]
    [InlineData("raw?", "raw<ff>")]
    [InlineData("???", "a.c", "b.c", "b.h", "<fc><fc>x", "[x]")]
    public void Characters_are_counted_as_a_shell_does_it_whose_locale_is_UTF8(string pattern, params string[] names)
    {
        var found = Expansion.Of(_scratch[pattern])!.Select(path => path[(_scratch.Directory.Length + 1)..]);
        Assert.Equal(names.Select(Raw).Order(StringComparer.Ordinal), found.Where(name => name.Length < 4 || name.StartsWith("raw", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_of_many_names_are_found_in_order()
    {
        for (var i = 0; i < 2000; i++)
        {
            File.WriteAllText(_scratch[$"many{i.ToString("D4", CultureInfo.InvariantCulture)}"], "");
        }

        var found = Expansion.Of(_scratch["many*"])!;
        Assert.Equal(2000, found.Count);
        Assert.Equal(found.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void A_pattern_of_very_many_parts_fits_nothing_and_needs_no_stack()
    {
        const int parts = 30_000, stack = 256 * 1024;
        IReadOnlyList<string>? found = null;
        var pattern = string.Concat(Enumerable.Repeat("./", parts)) + "*";
        var thread = new Thread(() => found = Expansion.Of(pattern), stack);
        thread.Start();
        thread.Join();
        Assert.Equal([pattern], found!);
    }

    [Fact]
    public void A_tilde_is_the_home_directory()
    {
        var home = Environment.GetEnvironmentVariable("HOME")!;
        Assert.Equal([home], Expansion.Of("~"));
        Assert.Equal([home + "/no-such-[file"], Expansion.Of("~/no-such-[file"));
        Assert.Null(Expansion.Of("~nobody-of-that-name/*"));
        Assert.Equal(["~nobody-of-that-name"], Expansion.Of("\\~nobody-of-that-name"));
    }

    public void Dispose() => _scratch.Dispose();

    private void Finds(string pattern, string[] names) => Assert.Equal(names.Select(name => _scratch[Raw(name)]), Expansion.Of(_scratch[pattern])!);

    /// <summary>Bytes that are no UTF-8; an attribute cannot hold them.</summary>
    private static string Raw(string name) => name.Replace("<ff>", "\uDCFF", StringComparison.Ordinal).Replace("<fc>", "\uDCFC", StringComparison.Ordinal);
}
