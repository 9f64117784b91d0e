using Pipe.CommandLine;

namespace Frontends.Tests;

/// <summary>The lines of the live table.</summary>
public sealed class BoardTests
{
    [Theory]
    [InlineData("h1", 80, "h1       moving")]
    [InlineData("a.host.with.a.long.name", 80, "a.host.with.a.long.name moving")]
    [InlineData("a.host.with.a.very.long.name.indeed", 80, "a.host.with.a.very.long... moving")]
    [InlineData("a.host.with.a.very.long.name.indeed", 160, "a.host.with.a.very.long.name.indeed moving")]
    public void The_first_column_is_as_wide_as_the_names(string name, int columns, string start) =>
        Assert.StartsWith(start, Board.Lines([new Row(name)], 24, columns)[0], StringComparison.Ordinal);

    private sealed record Row(string Name) : IBoardRow
    {
        public BoardRank Rank => BoardRank.Moving;

        public string State => "moving";

        public long Bytes => 0;

        public long Total => -1;

        public long Rate => 0;

        public string Detail => "";

        public bool MayPrompt => false;

        public void Sample(TimeSpan now)
        {
            // Nothing moves.
        }
    }
}
