using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>While the source does not answer, every request ends in time, and what is hydrated is served.</summary>
public sealed class BoundedWaitTests
{
    private const int Region = 4096;

    public enum Kind
    {
        Read,
        PartialWrite,
        PartialZero,
        WriteOverWhatArrives,
        DiscardOfWhatArrives,
        ReadInReadOnlyMode,
        Prefetch,
    }

    [Theory]
    [InlineData(Kind.Read)]
    [InlineData(Kind.PartialWrite)]
    [InlineData(Kind.PartialZero)]
    [InlineData(Kind.WriteOverWhatArrives)]
    [InlineData(Kind.DiscardOfWhatArrives)]
    [InlineData(Kind.ReadInReadOnlyMode)]
    [InlineData(Kind.Prefetch)]
    public void A_request_that_needs_the_source_fails_after_the_timeout(Kind kind)
    {
        using var bench = Silent(kind);
        var start = Environment.TickCount64;
        Assert.Equal(CloneFault.Source, Assert.Throws<CloneException>(() => Ask(bench, kind)).Fault);
        Assert.True(Environment.TickCount64 - start >= 900, $"{kind}: it did not wait for the source");
    }

    /// <summary>Nothing waits once the source has been away for longer than the timeout.</summary>
    [Theory]
    [InlineData(Kind.Read)]
    [InlineData(Kind.PartialWrite)]
    [InlineData(Kind.PartialZero)]
    [InlineData(Kind.WriteOverWhatArrives)]
    [InlineData(Kind.DiscardOfWhatArrives)]
    [InlineData(Kind.ReadInReadOnlyMode)]
    public void It_fails_at_once_while_the_source_stays_away(Kind kind)
    {
        using var bench = Silent(kind, seconds: 60);
        bench.Source.LostSince = Environment.TickCount64 - 60_000;
        Assert.Equal(CloneFault.Source, Assert.Throws<CloneException>(() => Ask(bench, kind)).Fault);
    }

    [Fact]
    public void What_needs_no_source_is_answered_meanwhile()
    {
        using var bench = CloneBench.Make(8, out var source, terms: new CloneTerms { IoTimeoutSeconds = 3600 });
        bench.Read(0, Region);
        bench.Source.IsHeld = true;
        bench.Source.LostSince = Environment.TickCount64;
        bench.Clone.Promote(0, 8 * Region);
        Assert.Equal(source.AsSpan(0, Region).ToArray(), bench.Read(0, Region));
        bench.Clone.Write(new byte[10], 5);
        bench.Clone.Write(new byte[Region], Region);
        bench.Clone.Zero(2 * Region, Region, keepsSpace: false, isFast: false);
        bench.Clone.Discard(3 * Region, Region);
        Assert.Equal(CloneFault.Slow, Assert.Throws<CloneException>(() => bench.Clone.Zero(4 * Region + 1, 10, keepsSpace: false, isFast: true)).Fault);
        bench.Clone.Flush();
        Assert.Equal(4, bench.Metadata.Read().Count);
    }

    [Fact]
    public void Prefetching_goes_on_while_something_arrives_and_returns_when_all_is_there()
    {
        using var bench = CloneBench.Make(64, out _);
        bench.Source.IsHeld = true;
        bench.Source.Piece = Region;
        var looks = 0;
        new Prefetch(bench.Hydration, 10).Run(
            [(0, 4 * Region), (100, 1), (10 * Region - 1, 2), (60 * Region, long.MaxValue), (62 * Region, Archiving.ToTheEnd), (1L << 40, 5)],
            () =>
            {
                looks++;
                bench.Source.Answer(1);
                return false;
            });
        Assert.InRange(looks, 10, 200);
        Assert.Equal([0L, 1, 2, 3, 9, 10, 60, 61, 62, 63], Enumerable.Range(0, 64).Select(region => (long)region).Where(bench.Map.Has));
    }

    [Fact]
    public void Prefetching_ends_with_its_caller_and_says_that_a_read_only_clone_stores_nothing()
    {
        using var bench = CloneBench.Make(4, out _);
        bench.Source.IsHeld = true;
        new Prefetch(bench.Hydration, 3600).Run([(0, Region)], () => true);
        Assert.False(bench.Map.Has(0));
        bench.Hydration.Degrade(CloneMode.ReadOnly, "a test");
        Assert.Equal(CloneFault.Mode, Assert.Throws<CloneException>(() => new Prefetch(bench.Hydration, 3600).Run([(0, Region)], () => false)).Fault);
    }

    /// <summary>A clone whose source is silent; where the request is to meet a fetch, some of its bytes have arrived.</summary>
    private static CloneBench Silent(Kind kind, int seconds = 1)
    {
        var bench = CloneBench.Make(4, out _, terms: new CloneTerms { IoTimeoutSeconds = seconds });
        bench.Source.IsHeld = true;
        if (kind is Kind.WriteOverWhatArrives or Kind.DiscardOfWhatArrives)
        {
            bench.Source.Piece = 1000;
            bench.Clone.Promote(0, Region);
            bench.Source.Answer(1);
        }
        else if (kind == Kind.ReadInReadOnlyMode)
        {
            bench.Hydration.Degrade(CloneMode.ReadOnly, "a test");
        }

        return bench;
    }

    private static void Ask(CloneBench bench, Kind kind)
    {
        switch (kind)
        {
            case Kind.PartialWrite:
                bench.Clone.Write(new byte[10], 5);
                break;
            case Kind.PartialZero:
                bench.Clone.Zero(5, 10, keepsSpace: false, isFast: false);
                break;
            case Kind.WriteOverWhatArrives:
                bench.Clone.Write(new byte[Region], 0);
                break;
            case Kind.DiscardOfWhatArrives:
                bench.Clone.Discard(0, Region);
                break;
            case Kind.Prefetch:
                new Prefetch(bench.Hydration, 1).Run([(0, Region)], static () => false);
                break;
            default:
                bench.Read(0, 10);
                break;
        }
    }
}
