namespace Pipe.Engine.Tests;

/// <summary>Each copy gets the count of the shared source once, whether it begins before or after the source has been counted.</summary>
public sealed class SharedCountTests
{
    private static readonly SourceCount Count = new(3, 1000, 4096);

    [Fact]
    public void A_copy_that_asks_early_gets_it_later()
    {
        var (shared, found) = (new SharedCount(), new List<SourceCount>());
        shared.Ask(found.Add);
        Assert.Empty(found);
        shared.Set(Count);
        Assert.Equal([Count], found);
    }

    [Fact]
    public void A_copy_that_asks_late_gets_it_at_once()
    {
        var (shared, found) = (new SharedCount(), new List<SourceCount>());
        shared.Set(Count);
        shared.Ask(found.Add);
        shared.Ask(found.Add);
        Assert.Equal([Count, Count], found);
    }
}
