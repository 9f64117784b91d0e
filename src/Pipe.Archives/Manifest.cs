using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A manifest as stored on disk. Without <see cref="End"/> it belongs to an interrupted archive, which is not usable.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Head">The head of the manifest.</param>
/// <param name="Fragments">The complete fragments, in order, without gaps.</param>
/// <param name="End">The closing line; null if the archive was interrupted.</param>
/// <param name="Length">Length of the valid part in bytes.</param>
internal sealed record Manifest(ArchiveName Archive, ManifestHead Head, IReadOnlyList<Fragment> Fragments, ManifestEnd? End, long Length)
{
    /// <summary>Bytes before the closing lines.</summary>
    public long Body { get; init; }

    public long Size => Fragments.Count > 0 ? Fragments[^1].End : 0;

    /// <exception cref="Failure">The manifest does not exist, cannot be read, or is damaged.</exception>
    public static Manifest Read(ArchiveName archive) => Open(archive, fd => Read(archive, fd));

    /// <summary>Visits each fragment once without keeping it; the returned manifest has no fragments.</summary>
    /// <exception cref="Failure">As for <see cref="Read(ArchiveName)"/>.</exception>
    public static Manifest Visit(ArchiveName archive, FragmentVisitor visit) => Open(archive, fd =>
    {
        using var reader = new ManifestReader(archive, visit);
        return reader.Read(fd);
    });

    /// <summary>Reads only the head.</summary>
    /// <exception cref="Failure">As for <see cref="Read(ArchiveName)"/>.</exception>
    public static ManifestHead ReadHead(ArchiveName archive) => Open(archive, fd => Read(archive, fd, most: 0).Head);

    /// <summary>Reads a manifest, which must be complete.</summary>
    public static Manifest ReadComplete(ArchiveName archive) => Read(archive) is { End: not null } complete
        ? complete
        : throw new Failure(
            ExitCode.Objects,
            $"{archive.Path}: is not complete: its manifest has no closing line",
            $"it was cut, or is being written; {OptionWord.Resume} continues after its last fragment");

    /// <summary>Reads an open manifest up to that number of fragments, as if it ended there.</summary>
    public static Manifest Read(ArchiveName archive, Fd fd, int most = int.MaxValue)
    {
        var fragments = new List<Fragment>();
        using var reader = new ManifestReader(archive, (in Fragment fragment) => fragments.Add(fragment)) { Most = most };
        return reader.Read(fd) with { Fragments = fragments };
    }

    /// <summary>The failure for an archive that does not exist.</summary>
    public static Failure None(ArchiveName archive) =>
        new(ExitCode.Objects, $"{archive.Path}: no such archive", $"there is no {archive.Manifest}");

    private static T Open<T>(ArchiveName archive, Func<Fd, T> read)
    {
        try
        {
            using var fd = StoredFile.Open(archive.Manifest);
            return read(fd);
        }
        catch (LinuxException e)
        {
            throw e.Errno == Errno.NoEntry ? None(archive) : Failure.Of(e);
        }
    }
}
