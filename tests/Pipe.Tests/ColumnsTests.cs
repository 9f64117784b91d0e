namespace Pipe.Tests;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("plain", 5)]
    [InlineData("f\u00fcr", 3)]
    [InlineData("fu\u0308r", 3)] // a combining character
    [InlineData("\u65e5\u672c\u8a9e", 6)]
    [InlineData("\ud55c\uad6d", 4)]
    [InlineData("\uff21", 2)]
    [InlineData("\uff71", 1)] // half-width
    [InlineData("\U0001F600", 2)]
    [InlineData("\U0001F1E9\U0001F1EA", 2)]
    [InlineData("\U00020000", 2)]
    [InlineData("a\u200bb", 2)]
    [InlineData("\u0e01\u0e34", 1)]
    [InlineData("", 0)]
    public void A_text_takes_as_many_columns_as_a_terminal_gives_it(string text, int columns) => Assert.Equal(columns, Columns.Of(text));

    [Theory]
    [InlineData("abc", 5, "abc  ")]
    [InlineData("abcdef", 5, "ab...")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("\u65e5\u672c\u8a9e", 6, "\u65e5\u672c\u8a9e")]
    [InlineData("\u65e5\u672c\u8a9e", 5, "\u65e5...")]
    [InlineData("\u65e5\u672c\u8a9e", 4, "... ")]
    [InlineData("u\u0308u\u0308u\u0308u\u0308u\u0308", 4, "u\u0308...")]
    [InlineData("abc", 2, "..")]
    [InlineData("abc", 0, "")]
    public void It_is_cut_where_no_character_is_halved(string text, int columns, string fitted)
    {
        Assert.Equal(fitted, Columns.Fit(text, columns));
        Assert.Equal(columns, Columns.Of(fitted));
    }
}
