namespace Pipe.Engine.Tests;

/// <summary>What lets a background go on that failures have stopped.</summary>
public sealed class StoppedBackgroundTests
{
    /// <summary>A new connection may lead to a source that is well again; it does not empty a full destination.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_source_that_is_back_lets_the_background_go_on_if_it_was_the_source_that_failed(bool isSource)
    {
        using var bench = CloneBench.Make(8, out _, terms: new CloneTerms { MaxFailures = 1, IsBatchSet = true, Batch = 8 });
        bench.Source.Fault = isSource ? "gone" : null;
        bench.Disk.WriteFailure = isSource ? null : new IOException("destination: input/output error");
        bench.Sweep.Step(Environment.TickCount64);
        Assert.False(bench.Terms.IsHydrationEnabled);
        (bench.Source.Fault, bench.Disk.WriteFailure) = (null, null);
        bench.Source.Target.SourceBack();
        Assert.Equal(isSource, bench.Terms.IsHydrationEnabled);
        bench.Sweep.Step(Environment.TickCount64);
        Assert.Equal(isSource, bench.Map.IsFull);
    }

    [Fact]
    public void A_background_that_the_user_has_stopped_stays_stopped()
    {
        using var bench = CloneBench.Make(8, out _, terms: new CloneTerms { MaxFailures = 1 });
        bench.Source.Fault = "gone";
        bench.Sweep.Step(Environment.TickCount64);
        MessageWords.Apply(["disable_hydration"], bench.Terms);
        bench.Source.Target.SourceBack();
        Assert.False(bench.Terms.IsHydrationEnabled);
    }
}
