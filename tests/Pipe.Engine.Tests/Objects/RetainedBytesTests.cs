namespace Pipe.Engine.Tests;

public sealed class RetainedBytesTests
{
    [Fact]
    public void What_was_put_at_an_offset_is_there_until_the_ring_has_gone_round()
    {
        const int capacity = 1000;
        using var ring = new RetainedBytes(capacity);
        var stream = new byte[10_000];
        new Random(1).NextBytes(stream);
        for (var at = 0; at < stream.Length;)
        {
            var place = ring.At(at, Math.Min(333, stream.Length - at));
            stream.AsSpan(at, place.Length).CopyTo(place);
            at += place.Length;
            AssertHolds(ring, stream, Math.Max(0, at - capacity), at);
        }
    }

    [Fact]
    public void A_stretch_ends_where_the_ring_does()
    {
        using var ring = new RetainedBytes(1000);

        Assert.Equal(100, ring.At(1900, 500).Length);
        Assert.Equal(500, ring.At(2000, 500).Length);
        Assert.Equal(1000, ring.At(3L << 40 << 3, long.MaxValue).Length + (int)((3L << 40 << 3) % 1000));
    }

    private static void AssertHolds(RetainedBytes ring, byte[] stream, int from, int to)
    {
        while (from < to)
        {
            var kept = ring.At(from, to - from);
            Assert.True(kept.SequenceEqual(stream.AsSpan(from, kept.Length)), $"{from} of {to}");
            from += kept.Length;
        }
    }
}
