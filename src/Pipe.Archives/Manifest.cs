using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A manifest as it stands on disk. Without <see cref="End"/> it is that of an archive which was cut, and is no archive.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Head">What it begins with.</param>
/// <param name="Fragments">The complete ones, in order, without a gap.</param>
/// <param name="End">What it closes with; null if it was cut.</param>
/// <param name="Length">Bytes up to which it makes sense.</param>
internal sealed record Manifest(ArchiveName Archive, ManifestHead Head, IReadOnlyList<Fragment> Fragments, ManifestEnd? End, long Length)
{
    /// <summary>Bytes in front of the lines that close it.</summary>
    public long Body { get; init; }

    public long Size => Fragments.Count > 0 ? Fragments[^1].End : 0;

    /// <exception cref="Failure">There is none, it cannot be read, or it is damaged.</exception>
    public static Manifest Read(ArchiveName archive) => Open(archive, fd => Read(archive, fd));

    /// <summary>Shows each fragment once and keeps none: what it returns has none.</summary>
    /// <exception cref="Failure">As above.</exception>
    public static Manifest Visit(ArchiveName archive, FragmentVisitor visit) => Open(archive, fd =>
    {
        using var reader = new ManifestReader(archive, visit);
        return reader.Read(fd);
    });

    /// <summary>Its beginning, whatever follows.</summary>
    /// <exception cref="Failure">As above.</exception>
    public static ManifestHead ReadHead(ArchiveName archive) => Open(archive, fd => Read(archive, fd, most: 0).Head);

    /// <summary>As above; of one that is complete.</summary>
    public static Manifest ReadComplete(ArchiveName archive) => Read(archive) is { End: not null } complete
        ? complete
        : throw new Failure(
            ExitCode.Objects,
            $"{archive.Path}: is not complete: its manifest has no closing line",
            $"it was cut, or is being written; {OptionWord.Resume} continues after its last fragment");

    /// <summary>From an open file; as if it had been cut behind as many fragments.</summary>
    public static Manifest Read(ArchiveName archive, Fd fd, int most = int.MaxValue)
    {
        var fragments = new List<Fragment>();
        using var reader = new ManifestReader(archive, (in Fragment fragment) => fragments.Add(fragment)) { Most = most };
        return reader.Read(fd) with { Fragments = fragments };
    }

    /// <summary>There is no such archive.</summary>
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
            throw e.Errno == Errno.NoEntry ? None(archive) : ObjectFailure.Of(e);
        }
    }
}
