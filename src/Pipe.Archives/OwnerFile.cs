using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The file <c>NAME.owner</c> in a directory that an archive goes on in. It names the one manifest that the fragments <c>NAME.NNNNNN</c> of this
/// directory belong to, by its place and by the id in its head: a copy of that manifest has the id but lies elsewhere, and another
/// archive in that place has another id.
/// </summary>
/// <param name="Id">That of the archive.</param>
/// <param name="Manifest">The path of its manifest, absolute and without symbolic links.</param>
internal sealed record OwnerFile(string Id, string Manifest)
{
    private const string Format = "# pipe archive owner 1";
    private const string ManifestKey = "manifest";
    private const int MaxSize = 4 * Limits.MaxText;
    private const uint Plain = 0x1B6; // rw-rw-rw-

    private string Text => $"{Format}\n# {ManifestText.IdKey} {Id}\n# {ManifestKey} {ManifestText.Escape(Manifest)}\n";

    /// <summary>Random: no two archives have the same.</summary>
    public static string NewId() => Convert.ToHexStringLower(Entropy.Bytes(16));

    public static OwnerFile For(ArchiveName archive, string id) => new(id, PlaceOf(archive));

    /// <summary>The owner file of a directory; null if there is none, or if the file of that name is something else. One that is damaged names no manifest.</summary>
    /// <param name="archive">Its name, with that directory.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static OwnerFile? Read(ArchiveName archive)
    {
        if (FileStatus.OfName(archive.Owner) is not { IsRegular: true })
        {
            return null;
        }

        using var fd = StoredFile.Open(archive.Owner);
        var buffer = new byte[MaxSize];
        var length = 0;
        for (int count; (count = fd.ReadAt(buffer.AsSpan(length), length)) > 0;)
        {
            length += count;
        }

        return Parse(RawText.Decode(buffer.AsSpan(0, length)));
    }

    /// <summary>Whether this archive is the owner.</summary>
    public bool IsOf(ArchiveName archive, string id) =>
        id.Length > 0 && Id == id && (Manifest == PlaceOf(archive) || IsOtherPathTo(archive));

    /// <summary>Whether the owner may still be there: only a manifest that is gone, or that has another id, says no.</summary>
    public bool MayBeThere()
    {
        if (Manifest.Length == 0)
        {
            return true;
        }

        var archive = new ArchiveName(Paths.DirectoryOf(Manifest), ArchiveName.OfManifest(Paths.NameOf(Manifest)) ?? "");
        try
        {
            return FileStatus.OfName(Manifest) is not null && (Archives.Manifest.ReadHead(archive).Id is not { Length: > 0 } id || id == Id);
        }
        catch (Exception e) when (e is Failure or LinuxException)
        {
            return true;
        }
    }

    /// <summary>Makes it, durably; false if there is one.</summary>
    /// <param name="archive">Its name, with the directory that fragments go into.</param>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    public bool TryWrite(ArchiveName archive)
    {
        var part = Paths.Join(archive.Directory, archive.OwnerPart);
        Paths.Remove(part);
        using (var fd = Fd.Open(part, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, Plain))
        {
            fd.WriteAllAt(RawText.Encode(Text), 0);
            fd.Sync();
        }

        if (!Paths.TryRename(part, archive.Owner))
        {
            Paths.TryRemove(part);
            return false;
        }

        Paths.KeepName(archive.Owner);
        return true;
    }

    private static OwnerFile? Parse(string text) =>
        !text.StartsWith(Format + "\n", StringComparison.Ordinal) ? null
        : text.Split('\n') is [_, var id, var manifest, ""] && ValueOf(id, ManifestText.IdKey) is { Length: > 0 } digits && ValueOf(manifest, ManifestKey) is { } path
            ? new OwnerFile(digits, ManifestText.Unescape(path))
            : new OwnerFile("", "");

    private static string? ValueOf(string line, string key) =>
        line.StartsWith($"# {key} ", StringComparison.Ordinal) ? line[(key.Length + 3)..] : null;

    private static string PlaceOf(ArchiveName archive)
    {
        var directory = Paths.OrHere(archive.Directory);
        return Paths.Join(Paths.Resolve(directory) ?? throw new LinuxException("open", directory, Errno.NoEntry), Paths.NameOf(archive.Manifest));
    }

    /// <summary>The same file by another path, as a bind mount gives one; a hard link is another manifest.</summary>
    private bool IsOtherPathTo(ArchiveName archive) =>
        Manifest.Length > 0 && FileStatus.OfName(Manifest) is { Links: 1 } there && FileStatus.OfName(archive.Manifest) is { } own
        && (there.Device, there.Inode) == (own.Device, own.Inode);
}
