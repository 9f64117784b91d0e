using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace Pipe.Trees.Tests;

public class GlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbb", false)]
    [InlineData("*a*b*c*", "xxaxxbxxcxx", true)]
    [InlineData("?", "\n", true)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[!a-c]", "b", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "]", false)]
    [InlineData("[a", "[a", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[[:digit:]x]*", "7up", true)]
    [InlineData("[[:digit:]x]*", "up", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("a/*", "a/b/c", true)]
    [InlineData("?", "ü", true)]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("*?", "😀", true)]
    [InlineData("*😀", "a😀😀", true)]
    [InlineData("[😀]", "😀", true)]
    [InlineData("[!😀]", "😁", true)]
    [InlineData("[a\\😀]", "😀", true)]
    [InlineData("[a-😀]", "ü", true)]
    [InlineData("[😀-😂]", "😁", true)]
    [InlineData("\\😀", "😀", true)]
    [InlineData("[[:alpha:]]", "ü", true)]
    [InlineData("[[:punct:]]", "ü", false)]
    [InlineData("?", "<ff>", true)]
    [InlineData("ü?", "ü<ff>", true)]
    [InlineData("???", "ü<ff>", true)]
    [InlineData("??", "ü<ff>", false)]
    [InlineData("[[:alpha:]]", "<ff>", false)]
    [InlineData("[!a]", "<ff>", true)]
    [InlineData("[<fe>-<ff>]", "<ff>", true)]
    public void A_pattern_fits_as_shells_have_it(string pattern, string text, bool fits) => Assert.Equal(fits, Glob.IsMatch(Raw(pattern), Raw(text)));

    [Fact]
    public void It_fits_what_fnmatch_says() => Prop.ForAll(
        Texts("*", "?", "a", "b", "-", "[", "]", "!", "\\", "[a-c]", "[!b]", "[[:alpha:]]", "[[:punct:]x]", "[ab-]").Zip(Texts("a", "b", "c", "-", "]", "[", "!", "7"))
            .Where(pair => !IsOddity(pair.Item1)).ToArbitrary(),
        pair => Glob.IsMatch(pair.Item1, pair.Item2) == (FileNameMatch(pair.Item1, pair.Item2, 0) == 0)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void A_pattern_of_many_stars_is_decided_at_once() =>
        Assert.False(Glob.IsMatch(string.Concat(Enumerable.Repeat("*a", 50)) + "b", new string('a', 5000)));

    [Fact]
    public void What_is_escaped_fits_itself_and_nothing_else() => Prop.ForAll(
        Texts("*", "?", "a", "[a]", "\\", "{a,b}", "]").ToArbitrary(),
        text => Braces.Expand(Glob.Escape(text)).SequenceEqual([Glob.Escape(text)]) && Glob.IsMatch(Glob.Escape(text), text) && !Glob.IsMatch(Glob.Escape(text), text + "a"))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a", "a")]
    [InlineData("{a,b}", "a", "b")]
    [InlineData("x{a,b}y{1,2}", "xay1", "xay2", "xby1", "xby2")]
    [InlineData("{a,{b,c}d}", "a", "bd", "cd")]
    [InlineData("{a,}b", "ab", "b")]
    [InlineData("\\{a,b}", "\\{a,b}")]
    [InlineData("{a\\,b,c}", "a\\,b", "c")]
    [InlineData("{a", "{a")]
    public void Braces_stand_for_several_patterns(string pattern, params string[] patterns) => Assert.Equal(patterns, Braces.Expand(pattern));

    [Theory]
    [InlineData("*.o", "dir/a.o", "a.o", true)]
    [InlineData("dir/*.o", "dir/a.o", "a.o", true)]
    [InlineData("/dir/a.o", "dir/a.o", "a.o", true)]
    [InlineData("other/*.o", "dir/a.o", "a.o", false)]
    [InlineData("dir", "dir/a.o", "a.o", false)]
    [InlineData("./dir/a.o", "dir/a.o", "a.o", true)]
    [InlineData("./a.o", "dir/a.o", "a.o", false)]
    [InlineData("/a.o", "dir/a.o", "a.o", false)]
    [InlineData("/dir", "dir", "dir", true)]
    [InlineData("dir/sub/", "dir/sub", "sub", true)]
    [InlineData("sub/", "dir/sub", "sub", true)]
    [InlineData("/*", "", "dir", false)]
    public void What_is_left_out_is_known_by_its_name_or_its_path(string pattern, string path, string name, bool fits) =>
        Assert.Equal(fits, Glob.AnyFits([pattern], path, name));

    [Fact]
    public void Braces_may_be_nested_deeper_than_a_small_stack()
    {
        const int depth = 2_000, stack = 64 * 1024;
        string[] found = [];
        var thread = new Thread(() => found = [.. Braces.Expand($"{new string('{', depth)}a,b{new string('}', depth)}c")], stack);
        thread.Start();
        thread.Join();
        Assert.Equal(["ac", "bc"], found);
    }

    /// <summary>Bytes that are no UTF-8; an attribute cannot hold them.</summary>
    private static string Raw(string text) => text.Replace("<ff>", "\uDCFF", StringComparison.Ordinal).Replace("<fe>", "\uDCFE", StringComparison.Ordinal);

    private static Gen<string> Texts(params string[] parts) => Gen.Elements(parts).ListOf(7).Select(string.Concat);

    /// <summary>
    /// What POSIX leaves open: ranges that start or end with a class, or run backwards; a backslash at the end; brackets that may be
    /// classes; a bracket that no other closes, where the pattern ends with a hyphen (glibc then fits nothing).
    /// </summary>
    private static bool IsOddity(string pattern) =>
        pattern.EndsWith('\\') || (pattern.EndsWith('-') && pattern.Contains('[', StringComparison.Ordinal)) || pattern.Contains(":]-", StringComparison.Ordinal) || pattern.Contains("-[", StringComparison.Ordinal) || pattern.Count(c => c == '[') > 1 + (2 * Count(pattern, "[["));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

#pragma warning disable SYSLIB1054 // without unsafe code
    [DllImport("libc", EntryPoint = "fnmatch", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int FileNameMatch([MarshalAs(UnmanagedType.LPStr)] string pattern, [MarshalAs(UnmanagedType.LPStr)] string text, int flags);
#pragma warning restore SYSLIB1054
}
