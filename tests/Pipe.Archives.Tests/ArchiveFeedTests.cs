using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>What becomes an archive, and what is left out because it is there already.</summary>
public sealed class ArchiveFeedTests
{
    private const int Size = 1_000_003;
    private static readonly byte[] Stream = SampleArchive.Stream(Size);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_anything_kept_all_of_it_comes_with_its_digest(bool isFile)
    {
        using var feed = new ArchiveFeed(Source(Stream, isFile));

        Assert.Equal(isFile ? Size : -1, feed.Size);
        Assert.Equal(Stream, ReadAll(feed));
        Assert.Equal(DigestOf(Stream), feed.Digest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_kept_is_left_out_and_counts_in_the_digest(bool isFile)
    {
        foreach (int[] sizes in (int[][])[[1], [Size], [400_000, 400_000], [70_001, 1, 900_000], [Size - 1, 1]])
        {
            using var feed = new ArchiveFeed(Source(Stream, isFile));
            feed.Keep(Kept(Stream, sizes));

            Assert.Equal(isFile ? Size - sizes.Sum() : -1, feed.Size);
            Assert.Equal(Stream[sizes.Sum()..], ReadAll(feed));
            Assert.Equal(DigestOf(Stream), feed.Digest);
        }
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 399_999)]
    [InlineData(false, 400_000)]
    [InlineData(false, 799_999)]
    public void One_byte_that_differs_in_what_is_kept_is_a_failure(bool isFile, int at)
    {
        var other = Stream.ToArray();
        other[at] ^= 1;
        using var feed = new ArchiveFeed(Source(other, isFile));
        feed.Keep(Kept(Stream, [400_000, 400_000]));

        var failure = Assert.Throws<Failure>(() => ReadAll(feed));

        Assert.Equal(ExitCode.Integrity, failure.Code);
        Assert.Contains(at < 400_000 ? "bytes 0-399999 differ" : "bytes 400000-799999 differ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_end_within_what_is_kept_is_a_failure(bool isFile)
    {
        using var feed = new ArchiveFeed(Source(Stream[..500_000], isFile));
        feed.Keep(Kept(Stream, [400_000, 400_000]));

        var failure = Assert.Throws<Failure>(() => ReadAll(feed));

        Assert.Equal(ExitCode.Integrity, failure.Code);
        Assert.Contains("ends after 500000 bytes", failure.Message, StringComparison.Ordinal);
    }

    private static ISource Source(byte[] bytes, bool isFile) =>
        isFile ? new MemoryFile(bytes, []) : new MemoryStreamSource(bytes, new Random(1), 100_000, 0);

    private static List<KeptFragment> Kept(byte[] stream, int[] sizes)
    {
        var kept = new List<KeptFragment>();
        var at = 0;
        foreach (var size in sizes)
        {
            kept.Add(new KeptFragment(size, StretchDigestOf(stream.AsSpan(at, size))));
            at += size;
        }

        return kept;
    }

    private static ulong StretchDigestOf(ReadOnlySpan<byte> bytes)
    {
        var digest = new StreamDigest();
        digest.AddToStretch(bytes);
        return digest.TakeStretch();
    }

    private static WideDigest DigestOf(byte[] stream)
    {
        var digest = new StreamDigest();
        digest.Add(stream);
        return digest.Whole;
    }

    private static byte[] ReadAll(ArchiveFeed feed)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (feed.Read(buffer) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        Assert.Equal(0, feed.Read(buffer));
        return all.ToArray();
    }
}
