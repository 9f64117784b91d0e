namespace Pipe.Engine.Tests;

public sealed class ItemErrorSummaryTests
{
    [Fact]
    public void The_first_of_each_cause_are_shown_and_the_others_counted()
    {
        var summary = new ItemErrorSummary();
        Assert.Equal(ItemErrorSummary.Shown, Enumerable.Range(0, 500).Count(i => summary.Add($"/a: b/{i}: permission denied")));
        Assert.Equal(3, Enumerable.Range(0, 3).Count(i => summary.Add($"/a/{i}: is a directory")));
        Assert.Equal([$"and {500 - ItemErrorSummary.Shown} more: permission denied"], summary.Rest());
    }

    [Fact]
    public void The_same_error_is_shown_once()
    {
        var summary = new ItemErrorSummary();
        Assert.Equal(1, Enumerable.Range(0, 200).Count(_ => summary.Add("/a/b: not a directory")));
        Assert.True(summary.Add("/a: not a directory"));
        Assert.Equal(["and 199 more: not a directory"], summary.Rest());
    }

    [Fact]
    public void Causes_without_end_are_not_all_remembered()
    {
        var summary = new ItemErrorSummary();
        Assert.InRange(Enumerable.Range(0, 100_000).Count(i => summary.Add($"file: cause {i}")), 100, 200);
        Assert.Single(summary.Rest());
    }

    [Fact]
    public void A_report_has_them_too()
    {
        var log = new ItemErrorLog();
        for (var i = 0; i < 1000; i++)
        {
            log.Add($"/{i}: permission denied");
        }

        Assert.Equal(1000, log.Count);
        Assert.Equal(ItemErrorSummary.Shown + 1, log.ToString().Count(c => c == '\n'));
        Assert.EndsWith($"and {1000 - ItemErrorSummary.Shown} more: permission denied\n", log.ToString(), StringComparison.Ordinal);
    }
}
