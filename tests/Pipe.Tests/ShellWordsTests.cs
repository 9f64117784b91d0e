using Pipe.Engine;

namespace Pipe.Tests;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("/a/b_c-d.e,f:g@h%i+j=k", "/a/b_c-d.e,f:g@h%i+j=k")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("~", "'~'")]
    [InlineData("a\nb", "'a\nb'")]
    [InlineData("größe", "'größe'")]
    public void A_word_is_quoted_only_where_it_has_to_be(string word, string quoted) => Assert.Equal(quoted, ShellWords.Quote(word));

    [Theory]
    [InlineData("srun -w node1", new[] { "srun", "-w", "node1" })]
    [InlineData("  a \t b\n", new[] { "a", "b" })]
    [InlineData("a'b c'd", new[] { "ab cd" })]
    [InlineData("\"a 'b' \\\" \\$ \\n\"", new[] { "a 'b' \" $ \\n" })]
    [InlineData(@"a\ b \'c", new[] { "a b", "'c" })]
    [InlineData("'' \"\"", new[] { "", "" })]
    [InlineData("a\\\nb", new[] { "ab" })]
    [InlineData("$HOME *", new[] { "$HOME", "*" })]
    public void A_line_is_split_as_sh_splits_it(string line, string[] words) => Assert.Equal(words, ShellWords.Split(line));

    [Theory]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData("\"a\\\"")]
    [InlineData("a\\")]
    public void An_open_quote_is_refused(string line) => Assert.Contains("left open", Assert.Throws<Failure>(() => ShellWords.Split(line)).Message);
}
