using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>Archives of a few bytes, as <see cref="ArchiveSink"/> would leave them.</summary>
internal static class SampleArchive
{
    public static ManifestHead Head(string name) => new(name, "2026-11-21T12:00:00Z", 1 << 20, 4096, ["zstd -3", "with\nnewline"], "pipe: cat \\ file");

    /// <summary>Fragments of these sizes, with digests of no bytes in particular.</summary>
    public static List<Fragment> Fragments(IEnumerable<long> sizes, Func<int, string> directory)
    {
        var fragments = new List<Fragment>();
        foreach (var size in sizes)
        {
            var number = fragments.Count;
            fragments.Add(new Fragment(number, directory(number), number > 0 ? fragments[^1].End : 0, size, 0x0123456789ABCDEFUL * (ulong)(number + 1), new Digest(1, (ulong)number, 3, ulong.MaxValue)));
        }

        return fragments;
    }

    /// <summary>Writes a manifest; without an end it is a cut one.</summary>
    public static ManifestEnd? Write(ArchiveName archive, ManifestHead head, IReadOnlyList<Fragment> fragments, bool isComplete, WideDigest? index = null, string time = "2026-11-21T12:00:01Z")
    {
        using var file = new ManifestFile(archive, SpaceRetry.None);
        file.Begin(head);
        file.Keep();
        foreach (var fragment in fragments)
        {
            file.Add(fragment);
        }

        if (!isComplete)
        {
            return null;
        }

        var end = new ManifestEnd(fragments.Count, fragments.Count > 0 ? fragments[^1].End : 0, new WideDigest(7, 9), time, index);
        file.Close(end);
        return end;
    }

    /// <summary>Runs a stream through the real sink, in blocks. Returns the sink's warning.</summary>
    public static string Sink(
        string directory, string name, byte[] stream, long fragment, bool isCut = false, bool resumes = false, int block = 64 * 1024, bool indexes = false)
    {
        var flags = (resumes ? ArchivingFlags.Resume : ArchivingFlags.None) | (indexes ? ArchivingFlags.Index : ArchivingFlags.None);
        var archiving = new Archiving { Fragment = fragment, Flags = flags };
        using var sink = new ArchiveSink(Resource.Archive([directory], name), archiving, new SpaceRetry(0, _ => { }), _ => { });
        var kept = sink.Kept.Sum(one => one.Size);
        for (var at = kept; at < stream.Length; at += block)
        {
            sink.Write(stream.AsSpan((int)at, (int)Math.Min(block, stream.Length - at)), at - kept);
        }

        if (isCut)
        {
            var archive = new ArchiveName(directory, name);
            Assert.True(SpinWait.SpinUntil(() => Manifest.Read(archive).Fragments.Count == stream.Length / fragment, TimeSpan.FromSeconds(30)));
            return "";
        }

        var digest = new StreamDigest();
        digest.Add(stream);
        sink.Expect(new End(stream.Length - kept, 0, default, digest.Whole));
        sink.Commit(stream.Length - kept);
        return sink.Warning;
    }

    public static byte[] Stream(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Opens a manifest that another one holds. On a slow machine a try may end before the other one does: then it tries again.</summary>
    public static ManifestFile OpenManifest(ArchiveName archive, Func<bool> isFree)
    {
        while (true)
        {
            var mustSucceed = isFree();
            try
            {
                return new ManifestFile(archive, SpaceRetry.None);
            }
            catch (Failure) when (!mustSucceed)
            {
                // Again, until it must.
            }
        }
    }
}
