using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Takes the inventory of a tree's target: packs digests in place of contents, for several threads at once. Follows no symbolic link. Omits what cannot
/// be read: the sender will send it.
/// </summary>
internal sealed class TargetScanner : IInventory
{
    private readonly string[] _excludes;
    private readonly bool _hasDigests;
    private readonly TreeWalk _walk = new();
    private readonly ThreadLocal<Slab> _piece = new(() => new Slab(FileCursor.PieceSize), trackAllValues: true);

    /// <param name="roots">The directories to scan, and the sender's names for them.</param>
    /// <param name="excludes">Patterns of excluded members.</param>
    /// <param name="hasDigests">Whether files are read.</param>
    public TargetScanner(IEnumerable<TreeRoot> roots, string[] excludes, bool hasDigests)
    {
        _excludes = excludes;
        _hasDigests = hasDigests;
        _walk.Push(new StepsCursor(roots.SelectMany(RootSteps)));
    }

    /// <summary>The metadata to include.</summary>
    public ComparedMetadata ComparedMetadata { get; init; }

    /// <summary>Opens the directory into which a copy would put members of that path; null unless a comparison asks.</summary>
    public Func<string, Folder?>? Beneath { get; init; }

    /// <summary>Called with the reason for a wait, and with an empty text after it.</summary>
    public Action<string> Waiting { get; init; } = static _ => { };

    /// <summary>Whether the scan was not aborted.</summary>
    public bool IsWhole => _walk.IsWhole;

    /// <summary>Reads whole entries; 0 at the end.</summary>
    public int Read(Span<byte> buffer) => _walk.Fill(buffer, TryPack);

    public void Abort() => _walk.Abort();

    public void Dispose()
    {
        _walk.Dispose();
        foreach (var slab in _piece.Values)
        {
            slab.Dispose();
        }

        _piece.Dispose();
    }

    /// <summary>The steps of a root: the file itself, or its partial copy.</summary>
    private static IEnumerable<Step> RootSteps(TreeRoot root)
    {
        SourceFolder top;
        var path = root.Path.TrimEnd('/');
        try
        {
            var folder = Folder.Open(Paths.DirectoryOf(path));
            top = new SourceFolder(folder, "", FileStatus.Of(folder.Fd), null);
        }
        catch (LinuxException)
        {
            yield break;
        }

        var name = Paths.NameOf(path);
        yield return new Step.Member(top.Take(), name, root.Name, MemberType.Unknown);
        yield return new Step.Member(top, PartFile.Of(name), root.Name, MemberType.Unknown);
    }

    private bool TryPack(ref Pack pack, Step step)
    {
        if (step is Step.Piece piece)
        {
            return TryPackPiece(ref pack, piece);
        }

        if (step is Step.Excluded excluded)
        {
            return TryPackMark(ref pack, excluded.Path, EntryMark.Needed);
        }

        if (step is not Step.Member member)
        {
            return true;
        }

        try
        {
            if (!TryPackMember(ref pack, member))
            {
                return false;
            }
        }
        catch (LinuxException)
        {
            // Unreadable members are omitted, so they will be sent.
        }

        member.Folder.LetGo();
        return true;
    }

    private static bool TryPackMark(ref Pack pack, string path, long mark)
    {
        var entry = new TreeEntry { Kind = EntryKind.Directory, Path = RawText.Encode(path), Size = mark };
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    private bool TryPackMember(ref Pack pack, Step.Member member)
    {
        var folder = member.Folder.Folder;
        if (TreePath.IsTooLong(member.Path) || folder.Status(member.Name, follow: false) is not { } status)
        {
            return true;
        }

        // A file too may be a mount point, as containers have them: it can be neither removed nor replaced.
        if (status.IsMountPoint && !status.IsDirectory && Beneath is not null && !TryPackMark(ref pack, member.Path, EntryMark.Mounted))
        {
            return false;
        }

        if (status.IsRegular)
        {
            return TryPackFile(ref pack, member, status);
        }

        var entry = new TreeEntry
        {
            Kind = status.IsDirectory ? EntryKind.Directory : status.IsLink ? EntryKind.SymbolicLink : EntryKind.Fifo,
            Path = RawText.Encode(member.Path),
            Text = status.IsLink ? RawText.Encode(folder.ReadLink(member.Name)) : [],
        };
        Describe(ref entry, status, folder, member.Name);
        entry.Size = IsMounted(member, status) ? EntryMark.Mounted : EntryMark.None;
        var reached = Reached(member, status);
        if (!pack.Fits(entry, reached.OverheadSize))
        {
            return false;
        }

        pack.Add(entry);
        if (!reached.Path.IsEmpty)
        {
            pack.Add(reached);
        }

        if (status.IsDirectory)
        {
            var inside = new Folder(folder.OpenMember(member.Name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow));
            _walk.Push(new FolderCursor(new SourceFolder(inside, member.Path, status, member.Folder), _excludes) { TellsExcluded = true });
        }

        return true;
    }

    /// <summary>The entry of a directory reached by a symbolic link: members of the source's directory of that name go there.</summary>
    private TreeEntry Reached(Step.Member member, scoped in FileStatus status)
    {
        var folder = member.Folder.Folder;
        if (Beneath is null || !status.IsLink || folder.Status(member.Name, follow: true) is not { IsDirectory: true })
        {
            return default;
        }

        try
        {
            using var inside = Beneath(member.Path);
            if (inside is null)
            {
                return default;
            }

            var entry = new TreeEntry { Kind = EntryKind.Directory, Path = RawText.Encode(member.Path), Size = EntryMark.Reached };
            var there = FileStatus.Of(inside.Fd);
            Describe(ref entry, there, AttributesOf(inside.Fd, there));
            return entry;
        }
        catch (LinuxException)
        {
            return default;
        }
    }

    private bool TryPackFile(ref Pack pack, Step.Member member, in FileStatus status)
    {
        var (directory, name) = TreePath.Split(member.Path);
        var folder = member.Folder.Folder;
        var isPart = PartFile.Is(member.Name);
        if (isPart ? !PartFile.IsFree(folder, member.Name, Waiting) : PartFile.IsFree(folder, PartFile.Of(member.Name), Waiting))
        {
            // A partial copy counts as the file, unless another copy is writing it.
            return true;
        }

        // At the top, a partial copy is looked up under the name of the file.
        name = isPart && member.Name == name ? PartFile.WholeOf(name) : name;
        var path = TreePath.Join(directory, name);
        if (_hasDigests && status.Size > 0)
        {
            var fd = folder.OpenMember(member.Name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
            _walk.Push(new FileCursor(new SourceFile(fd, status, path, AttributesOf(folder, member.Name, status)), 0, status.Size, hasHoles: false));
            return true;
        }

        var entry = EntryOf(path, status);
        Describe(ref entry, status, folder, member.Name);
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    private bool TryPackPiece(ref Pack pack, Step.Piece piece)
    {
        var file = piece.File;
        var entry = EntryOf(file.Path, file.Status);
        (entry.Offset, entry.Span) = (piece.Offset, piece.Span);
        Describe(ref entry, file.Status, file.Attributes);
        if (!pack.Fits(entry, PieceDigest.Size))
        {
            return false;
        }

        try
        {
            var bytes = _piece.Value!.Payload[..(int)piece.Span];
            if (file.Fd.ReadAt(bytes, piece.Offset) == bytes.Length)
            {
                PieceDigest.Of(bytes).CopyTo(pack.DataRoom(entry));
                pack.Add(entry, PieceDigest.Size);
            }
        }
        catch (LinuxException)
        {
            // Unreadable files are omitted, so they will be sent.
        }

        if (file.Finish(piece.Span))
        {
            file.Fd.Dispose();
        }

        return true;
    }

    private void Describe(ref TreeEntry entry, in FileStatus status, Folder folder, string name) =>
        Describe(ref entry, status, AttributesOf(folder, name, status));

    private void Describe(ref TreeEntry entry, in FileStatus status, byte[] digests)
    {
        if (!ComparedMetadata.AreCompared)
        {
            return;
        }

        (entry.Mode, entry.Seconds, entry.Nanoseconds) = ((int)status.Permissions, status.ModifiedSeconds, status.ModifiedNanoseconds);
        (entry.Owner, entry.Group) = FileTraits.IsRoot ? (status.Owner, status.Group) : (ComparedMetadata.AnyOwner, ComparedMetadata.AnyOwner);
        entry.Attributes = MetadataDigests.OfAttributes(digests);
        if (ComparedMetadata.HasAttributes && entry.Kind == EntryKind.Digests)
        {
            var roots = FileTraits.IsRoot ? $" {Convert.ToHexStringLower(MetadataDigests.OfRoots(digests))}" : "";
            entry.Text = RawText.Encode($"{RawText.Decode(MetadataDigests.IdentityIn(digests))}{roots}");
        }
    }

    private byte[] AttributesOf(Folder folder, string name, in FileStatus status)
    {
        if (!ComparedMetadata.HasAttributes)
        {
            return ComparedMetadata.AreCompared ? MetadataDigests.Of([], status, 0) : [];
        }

        using var node = folder.OpenNode(name);
        return AttributesOf(node, status);
    }

    private byte[] AttributesOf(Fd node, in FileStatus status)
    {
        const byte unknown = 0xFF;
        var attributes = ComparedMetadata.HasAttributes ? ComparedMetadata.ReadAll((limit, left) => node.NodeAttributes(limit, left), _ => { }) : [];
        return MetadataDigests.Of(attributes, status, unknown);
    }

    /// <summary>Whether the member is a mount point, which a deletion does not enter.</summary>
    private static bool IsMounted(Step.Member member, in FileStatus status) =>
        status.IsDirectory && member.Folder.Parent is not null && (status.IsMountPoint || status.Device != member.Folder.Status.Device);

    private static TreeEntry EntryOf(string path, scoped in FileStatus status) => new()
    {
        Kind = EntryKind.Digests,
        Path = RawText.Encode(path),
        Size = status.Size,
        Seconds = status.ModifiedSeconds,
        Nanoseconds = status.ModifiedNanoseconds,
    };
}
