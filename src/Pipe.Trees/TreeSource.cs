using System.Collections.Concurrent;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Packs files and directories into self-contained blocks, on several threads. Reports members that cannot be read, in the stream too, and continues.
/// </summary>
internal sealed class TreeSource : IStreamSource, ITargetQuestion
{
    private const int LeastBlock = TreeEntry.HeaderSize + (2 * Limits.MaxPath) + Limits.MaxAttributes + 4096;
    private readonly Resource _tree;
    private readonly SourceNews _news;
    private readonly TreeRoot[] _roots;
    private readonly Comparison? _comparison;
    private readonly FilePacker _files;
    private readonly TreeWalk _walk = new();
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), string> _linked = new();
    private readonly SourceAttributes _attributes;

    /// <param name="tree">What to read.</param>
    /// <param name="news">Receives read errors and differences.</param>
    public TreeSource(Resource tree, SourceNews news)
    {
        _tree = tree;
        _news = news;
        _roots = [.. TreeRoots.Find(tree)];
        _comparison = (tree.Flags & (TreeFlags.Resume | TreeFlags.Compare)) != 0 ? NewComparison() : null;
        _attributes = new SourceAttributes(tree.Flags, _comparison, _walk);
        _files = new FilePacker(_walk, news, _comparison);
        _walk.Push(new StepsCursor(_roots.Select(RootStep)));
        if (_comparison is { IsAll: true })
        {
            _walk.PushLast(() => new StepsCursor(_comparison.Rest()));
        }
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public int Readers => Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>The longest entry without data, plus some file data; with a comparison, room for a whole piece.</summary>
    public int LeastRoom => _comparison is not null ? Defaults.Block : LeastBlock;

    /// <summary>The target's inventory; null if it does not matter.</summary>
    public Inventory? Inventory => _comparison?.Inventory;

    /// <summary>The names that the target is to look up.</summary>
    public string Wanted => string.Join('\0', _roots.Select(root => root.Name));

    ITargetQuestion? ISource.Question => Inventory is null ? null : this;

    string ITargetQuestion.Names => Wanted;

    bool ITargetQuestion.IsAnswered => Inventory!.IsComplete;

    private bool IsAll => _tree.Flags.HasFlag(TreeFlags.All);

    private bool KeepsLinks => (_tree.Flags & (TreeFlags.All | TreeFlags.Links)) != 0;

    private bool IsCompared => _comparison is { IsAll: true };

    /// <summary>Reads one block of whole entries; 0 at the end. Thread-safe.</summary>
    public int Read(Span<byte> buffer)
    {
        if (buffer.Length < LeastBlock)
        {
            throw new Failure(ExitCode.Protocol, $"blocks of {buffer.Length} bytes are too small for a tree");
        }

        Inventory?.Complete();
        return _walk.Fill(buffer, TryPack);
    }

    /// <summary>False, because each read returns a complete block.</summary>
    public bool HasMore() => false;

    public BlockRecipe RecipeOf(ReadOnlySpan<byte> bytes, long offset) => new PackRecipe(bytes, _roots);

    public (long Files, long Bytes) Weigh(ReadOnlySpan<byte> bytes) => PackWeight.Of(bytes);

    void ITargetQuestion.Ask() => Inventory!.StartAgain();

    bool ITargetQuestion.TryAdd(ReadOnlySpan<byte> entries) => Inventory!.TryAdd(entries);

    public void Delivered(ReadOnlySpan<byte> bytes) => _news.Delivered(bytes);

    public void Finish()
    {
        // Read errors have been reported.
    }

    public void Abort()
    {
        _walk.Abort();
        Inventory?.Abort();
    }

    public void Dispose() => _walk.Dispose();

    private Comparison NewComparison()
    {
        var exclusion = new Exclusion(_tree.Excludes);
        foreach (var root in _roots)
        {
            exclusion.AddSource(root.Name);
        }

        return new Comparison(_tree.Flags, _news) { Exclusion = exclusion, Top = _roots.FirstOrDefault().Name ?? "", Later = step => _walk.Push(new StepsCursor([step])) };
    }

    private Step RootStep(TreeRoot root)
    {
        if (root.Fault.Length > 0)
        {
            return new Step.Trouble(root.Name, root.Fault);
        }

        try
        {
            var (directory, name) = (Paths.DirectoryOf(root.Path.TrimEnd('/')), Paths.NameOf(root.Path.TrimEnd('/')));
            var folder = root.Path.Trim('/').Length == 0 ? Folder.Open("/") : Folder.Open(directory);
            using var handle = new Handle(folder.Fd);
            var top = new SourceFolder(folder, "", FileStatus.Of(folder.Fd), null);
            var isDirectory = root.Path.EndsWith('/');
            var mustFollow = !KeepsLinks || isDirectory;
            var type = mustFollow ? MemberType.Unknown : Entry.TypeOf(folder.Status(name, follow: false));
            if (isDirectory && name.Length > 0 && folder.Status(name, follow: true) is { IsDirectory: false })
            {
                return new Step.Trouble(root.Name, $"{root.Path}: not a directory");
            }

            handle.Keep();
            return new Step.Member(top, name.Length == 0 ? "." : name, root.Name, type);
        }
        catch (LinuxException e)
        {
            return new Step.Trouble(root.Name, e.Message.Replace($"{Paths.DirectoryOf(root.Path)}:", $"{root.Path}:", StringComparison.Ordinal));
        }
    }

    private bool TryPack(ref Pack pack, Step step) => step switch
    {
        Step.Member member => TryPackMember(ref pack, member),
        Step.Piece piece => _files.TryPack(ref pack, piece),
        Step.Extra extra => _news.TryDiffer(ref pack, extra.Path, Difference.Extra),
        Step.Trouble trouble => _news.TryComplain(ref pack, trouble),
        _ => throw new InvalidOperationException("a step of no kind"),
    };

    private bool TryPackMember(ref Pack pack, Step.Member member)
    {
        bool isPacked;
        try
        {
            isPacked = TreePath.IsTooLong(member.Path) ? TryPackTooLong(ref pack, member) : member.Type switch
            {
                _ when IsLeftover(member) => _news.TryComplain(
                    ref pack, member.Path, $"{member.Folder.Folder.NameOf(member.Name)}: left over from an unfinished copy, not copied"),
                MemberType.Regular => TryPackFile(ref pack, member),
                MemberType.Directory => TryPackFolder(ref pack, member),
                MemberType.SymbolicLink when KeepsLinks => TryPackOther(ref pack, member, follow: false),
                _ => TryPackWhateverItIs(ref pack, member),
            };
        }
        catch (LinuxException e)
        {
            isPacked = _news.TryComplain(ref pack, member.Path, e.Message);
        }

        if (isPacked)
        {
            member.Folder.LetGo();
        }

        return isPacked;
    }

    /// <summary>Whether the name is that of a partial copy of an existing file: the target would take it for one.</summary>
    private static bool IsLeftover(Step.Member member) =>
        PartFile.Is(member.Name) && member.Folder.Folder.Status(PartFile.WholeOf(member.Name), follow: false) is not null;

    /// <summary>Reports a name too long to send as an error of its directory.</summary>
    private bool TryPackTooLong(ref Pack pack, Step.Member member) =>
        _news.TryComplain(ref pack, member.Folder.Path, $"{member.Folder.Folder.NameOf(member.Name)}: {LinuxException.Describe(Errno.NameTooLong)}");

    private bool TryPackWhateverItIs(ref Pack pack, Step.Member member)
    {
        var status = member.Folder.Folder.Status(member.Name, follow: !KeepsLinks || member.Type == MemberType.Unknown)
            ?? throw new LinuxException("open", member.Folder.Folder.NameOf(member.Name), Errno.NoEntry);
        return Entry.TypeOf(status) switch
        {
            MemberType.Regular => TryPackFile(ref pack, member),
            MemberType.Directory => TryPackFolder(ref pack, member),
            _ => TryPackOther(ref pack, member, follow: !KeepsLinks),
        };
    }

    private bool TryPackFolder(ref Pack pack, Step.Member member)
    {
        var name = member.Folder.Folder.NameOf(member.Name);
        if (!_tree.Flags.HasFlag(TreeFlags.Recurse))
        {
            return _news.TryComplain(ref pack, member.Path, $"{name}: not a regular file");
        }

        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | (KeepsLinks && member.Type == MemberType.Directory ? OpenFlags.NoFollow : 0);
        using var handle = new Handle(member.Folder.Folder.OpenMember(member.Name, flags));
        var folder = new SourceFolder(new Folder(handle.Fd), member.Path, FileStatus.Of(handle.Fd), member.Folder);
        if (IsCompared && _comparison!.Obstructs(member.Path))
        {
            return _comparison.TryDifferInKind(ref pack, member.Path);
        }

        var entry = Entry.Of(EntryKind.Directory, member.Path, folder.Status, _attributes.Of(handle.Fd, member, folder.Status));
        entry.Size = member.Folder.Parent is null ? EntryMark.Source : EntryMark.None;
        if (folder.IsElsewhere(_tree.Flags))
        {
            return TryAddLeftOut(ref pack, entry);
        }

        if (folder.IsLoop)
        {
            return _news.TryComplain(ref pack, member.Path, $"{name}: a symbolic link leads back to a directory above it");
        }

        if (!TryAdd(ref pack, entry))
        {
            return false;
        }

        var cursor = new FolderCursor(folder, _tree.Excludes);
        handle.Keep();
        _walk.Push(cursor);
        return true;
    }

    /// <summary>Packs a mount point, which is copied as an empty directory.</summary>
    private bool TryAddLeftOut(ref Pack pack, scoped in TreeEntry directory)
    {
        var entry = directory;
        entry.Size = EntryMark.LeftOut;
        _comparison?.LeaveOut(RawText.Decode(entry.Path));
        return TryAdd(ref pack, entry);
    }

    private bool TryPackFile(ref Pack pack, Step.Member member)
    {
        using var handle = new Handle(member.Folder.Folder.OpenMember(member.Name, OpenFlags.ReadOnly | OpenFlags.NonBlocking));
        var status = FileStatus.Of(handle.Fd);
        if (!status.IsRegular)
        {
            return TryPackOther(ref pack, member, follow: !KeepsLinks);
        }

        if (FirstNameOf(status, member.Path) is { } first)
        {
            return TryPackSecondName(ref pack, member.Path, status, first);
        }

        var attributes = _attributes.Of(handle.Fd, member, status);
        handle.Keep();
        return _files.TryPack(ref pack, handle.Fd, status, member.Path, attributes);
    }

    /// <summary>Packs a member without content: link, fifo, device.</summary>
    private bool TryPackOther(ref Pack pack, Step.Member member, bool follow)
    {
        var folder = member.Folder.Folder;
        var status = folder.Status(member.Name, follow) ?? throw new LinuxException("open", folder.NameOf(member.Name), Errno.NoEntry);
        if (!KeepsLinks)
        {
            return _news.TryComplain(ref pack, member.Path, $"{folder.NameOf(member.Name)}: not a regular file");
        }

        if (FirstNameOf(status, member.Path) is { } first)
        {
            return TryPackSecondName(ref pack, member.Path, status, first);
        }

        var entry = Entry.Of(status.IsLink ? EntryKind.SymbolicLink : Entry.KindOf(status), member.Path, status, _attributes.Of(member, status));
        entry.Text = status.IsLink ? RawText.Encode(folder.ReadLink(member.Name)) : [];
        return TryAdd(ref pack, entry);
    }

    private bool TryPackSecondName(ref Pack pack, string path, in FileStatus status, string first)
    {
        var link = Entry.Of(EntryKind.HardLink, path, status, []);
        link.Text = RawText.Encode(first);
        return TryAdd(ref pack, link);
    }

    /// <summary>Adds an entry without content, or compares it.</summary>
    private bool TryAdd(ref Pack pack, scoped in TreeEntry entry)
    {
        if (IsCompared)
        {
            var kind = entry.Kind is EntryKind.Directory or EntryKind.SymbolicLink ? entry.Kind : EntryKind.Fifo;
            return _comparison!.TryCompare(ref pack, entry, kind);
        }

        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    /// <summary>The name under which the file was packed before, if it was. A member may be visited twice.</summary>
    private string? FirstNameOf(in FileStatus status, string path)
    {
        if (!IsAll || IsCompared || status.Links == 1)
        {
            return null;
        }

        var first = _linked.GetOrAdd((status.Device, status.Inode), path);
        return first == path ? null : first;
    }
}
