namespace Pipe.Engine.Tests.Archives.Catalog;

/// <summary>Which fragments a sample has.</summary>
public sealed class VerificationTests
{
    [Theory]
    [InlineData(1000, 5, 50)]
    [InlineData(1000, 0.01, 1)]
    [InlineData(3, 34, 2)]
    [InlineData(3, 100, 3)]
    [InlineData(0, 5, 0)]
    public void A_sample_has_its_part_at_least_one_in_order_and_none_twice(int count, double percent, int expected)
    {
        var fragments = Enumerable.Range(0, count).Select(number => new Fragment(number, "", number, 1, 0, default)).ToArray();
        var sample = Verification.Sample(fragments, percent, new Random(1)).Select(fragment => fragment.Number).ToArray();
        Assert.Equal(expected, sample.Length);
        Assert.Equal(sample.Distinct().Order(), sample);
    }

    [Fact]
    public void Samples_reach_every_fragment()
    {
        var fragments = Enumerable.Range(0, 20).Select(number => new Fragment(number, "", number, 1, 0, default)).ToArray();
        var random = new Random(1);
        var seen = Enumerable.Range(0, 400).SelectMany(_ => Verification.Sample(fragments, 5, random)).Select(fragment => fragment.Number);
        Assert.Equal(20, seen.Distinct().Count());
    }
}
