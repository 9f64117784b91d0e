using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The file <c>NAME.owner</c> in a spill directory. It identifies the manifest that the fragments <c>NAME.NNNNNN</c> of this directory belong to, by
/// its path and by the id in its head: a copy of that manifest has the same id but another path, and another archive at that path has another id.
/// </summary>
/// <param name="Id">The archive's id.</param>
/// <param name="Manifest">The path of its manifest, absolute and without symbolic links.</param>
internal sealed record OwnerFile(string Id, string Manifest)
{
    private const string Format = "# pipe archive owner 1";
    private const string ManifestKey = "manifest";
    private const int MaxSize = 4 * Limits.MaxText;

    private string Text => $"{Format}\n# {ManifestText.IdKey} {Id}\n# {ManifestKey} {ManifestText.Escape(Manifest)}\n";

    /// <summary>A random id, unique to an archive.</summary>
    public static string NewId() => Convert.ToHexStringLower(Entropy.Bytes(16));

    public static OwnerFile For(ArchiveName archive, string id) => new(id, PlaceOf(archive));

    /// <summary>
    /// Reads the owner file of a directory; null if there is none, or if the file of that name is something else. A damaged one names no manifest.
    /// </summary>
    /// <param name="archive">The archive's name, in that directory.</param>
    /// <exception cref="LinuxException">The file cannot be read.</exception>
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

    /// <summary>Whether the owner may still exist: false only if the manifest is gone, or has another id.</summary>
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

    /// <summary>Creates the file durably; false if it exists.</summary>
    /// <param name="archive">The archive's name, in the directory of the fragments.</param>
    /// <exception cref="LinuxException">The file cannot be created.</exception>
    public bool TryWrite(ArchiveName archive)
    {
        using var file = AtomicFile.CreateAnew(Folder.Of(archive.Owner), archive.OwnerPart, Permissions.Default);
        file.Fd.WriteAllAt(RawText.Encode(Text), 0);
        file.Fd.Sync();
        file.Fd.Close();
        if (!file.TryRename(Paths.NameOf(archive.Owner)))
        {
            return false;
        }

        file.KeepName();
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

    /// <summary>Whether the manifest is the same file under another path, as with a bind mount; a hard link counts as another manifest.</summary>
    private bool IsOtherPathTo(ArchiveName archive) =>
        Manifest.Length > 0 && FileStatus.OfName(Manifest) is { Links: 1 } there && FileStatus.OfName(archive.Manifest) is { } own
        && (there.Device, there.Inode) == (own.Device, own.Inode);
}
