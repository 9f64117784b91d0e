using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Files and directories, packed into blocks that are complete in themselves, by several threads at once. What cannot be read is
/// named, in the stream too, and the rest goes on.
/// </summary>
internal sealed class TreeSource : IStreamSource
{
    private readonly Resource _tree;
    private readonly Tally? _tally;
    private readonly Action<string>? _trouble;
    private readonly TreeWalk _walk = new();
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), string> _linked = new();
    private readonly ConcurrentDictionary<string, ulong> _devices = new();

    /// <param name="tree">What to read.</param>
    /// <param name="tally">Counts files found, on the side that watches.</param>
    /// <param name="trouble">Is told what cannot be read, on the side that watches.</param>
    public TreeSource(Resource tree, Tally? tally, Action<string>? trouble)
    {
        _tree = tree;
        _tally = tally;
        _trouble = trouble;
        _walk.Push(new StepsCursor(TreeRoots.Find(tree).Select(RootStep)));
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public int Readers => Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>The longest entry without data, and something of a file.</summary>
    public int LeastRoom => TreeEntry.HeaderSize + (2 * Limits.MaxPath) + Limits.MaxAttributes + 4096;

    private bool IsAll => _tree.Flags.HasFlag(TreeFlags.All);

    /// <summary>One block, of whole entries; 0 at the end. For as many threads as there are.</summary>
    public int Read(Span<byte> buffer)
    {
        var pack = new Pack(buffer);
        while (_walk.TryNext(mayWait: pack.Length == 0, out var step))
        {
            if (!TryPack(ref pack, step))
            {
                _walk.Return(step);
                break;
            }

            _walk.Done();
        }

        return pack.Length;
    }

    /// <summary>A block is complete as it comes.</summary>
    public bool HasMore() => false;

    public void Finish()
    {
        // What could not be read has been named.
    }

    public void Abort() => _walk.Abort();

    public void Dispose() => _walk.Dispose();

    private Step RootStep(TreeRoot root)
    {
        try
        {
            var (directory, name) = (Paths.DirectoryOf(root.Path.TrimEnd('/')), Paths.NameOf(root.Path.TrimEnd('/')));
            var folder = root.Path.Trim('/').Length == 0 ? Folder.Open("/") : Folder.Open(directory);
            var top = new SourceFolder(folder, "", FileStatus.Of(folder.Fd), null);
            var mustFollow = !IsAll || root.Path.EndsWith('/');
            var type = mustFollow ? MemberType.Unknown : TypeOf(folder.Status(name, follow: false));
            return new Step.Member(top, name.Length == 0 ? "." : name, root.Name, type);
        }
        catch (LinuxException e)
        {
            return new Step.Trouble(root.Name, e.Message.Replace($"{Paths.DirectoryOf(root.Path)}:", $"{root.Path}:", StringComparison.Ordinal));
        }
    }

    private bool TryPack(ref Pack pack, Step step)
    {
        switch (step)
        {
            case Step.Member member:
                return TryPackMember(ref pack, member);
            case Step.Piece piece:
                return TryPackPiece(ref pack, piece);
            default:
                var trouble = (Step.Trouble)step;
                return TryComplain(ref pack, trouble.Path, trouble.Cause);
        }
    }

    private bool TryPackMember(ref Pack pack, Step.Member member)
    {
        try
        {
            var isPacked = member.Type switch
            {
                MemberType.Regular => TryPackFile(ref pack, member),
                MemberType.Directory => TryPackFolder(ref pack, member),
                MemberType.SymbolicLink when IsAll => TryPackOther(ref pack, member, follow: false),
                _ => TryPackWhateverItIs(ref pack, member),
            };
            if (isPacked)
            {
                member.Folder.LetGo();
            }

            return isPacked;
        }
        catch (LinuxException e)
        {
            if (!TryComplain(ref pack, member.Path, e.Message))
            {
                return false;
            }

            member.Folder.LetGo();
            return true;
        }
    }

    private bool TryPackWhateverItIs(ref Pack pack, Step.Member member)
    {
        var status = member.Folder.Folder.Status(member.Name, follow: !IsAll || member.Type == MemberType.Unknown)
            ?? throw new LinuxException("open", member.Folder.Folder.NameOf(member.Name), Errno.NoEntry);
        return TypeOf(status) switch
        {
            MemberType.Regular => TryPackFile(ref pack, member),
            MemberType.Directory => TryPackFolder(ref pack, member),
            _ => TryPackOther(ref pack, member, follow: !IsAll),
        };
    }

    private bool TryPackFolder(ref Pack pack, Step.Member member)
    {
        var name = member.Folder.Folder.NameOf(member.Name);
        if (!_tree.Flags.HasFlag(TreeFlags.Recurse))
        {
            return TryComplain(ref pack, member.Path, $"{name}: not a regular file");
        }

        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | (IsAll && member.Type == MemberType.Directory ? OpenFlags.NoFollow : 0);
        using var fd = new Handle(member.Folder.Folder.OpenMember(member.Name, flags));
        var status = FileStatus.Of(fd.Fd);
        if (IsElsewhere(member, status))
        {
            return true;
        }

        var folder = new SourceFolder(new Folder(fd.Fd), member.Path, status, member.Folder);
        if (folder.IsLoop)
        {
            return TryComplain(ref pack, member.Path, $"{name}: a symbolic link leads back to a directory above it");
        }

        var attributes = AttributesOf(fd.Fd);
        var entry = EntryOf(EntryKind.Directory, member.Path, status, attributes);
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        fd.Keep();
        _walk.Push(new FolderCursor(folder, _tree.Excludes));
        return true;
    }

    private bool TryPackFile(ref Pack pack, Step.Member member)
    {
        using var fd = new Handle(member.Folder.Folder.OpenMember(member.Name, OpenFlags.ReadOnly | OpenFlags.NonBlocking));
        var status = FileStatus.Of(fd.Fd);
        if (!status.IsRegular)
        {
            return TryPackOther(ref pack, member, follow: !IsAll);
        }

        if (IsAll && status.Links > 1 && FirstNameOf(status, member.Path) is { } first)
        {
            return TryPackLink(ref pack, member.Path, status, EntryKind.HardLink, first);
        }

        var attributes = AttributesOf(fd.Fd);
        var entry = EntryOf(EntryKind.File, member.Path, status, attributes);
        entry.Span = status.Size;
        if (pack.Fits(entry, status.Size) && !status.IsSparse)
        {
            _tally?.Found(status.Size);
            return TryPackWhole(ref pack, ref entry, fd.Fd, status);
        }

        if (pack.Length > 0 && status.Size <= FileCursor.PieceSize)
        {
            return false;
        }

        _tally?.Found(status.Size);
        fd.Keep();
        _walk.Push(new FileCursor(new SourceFile(fd.Fd, status, member.Path, attributes)));
        return true;
    }

    /// <summary>Reads a small file; what has become of it by then is what is sent.</summary>
    private bool TryPackWhole(ref Pack pack, scoped ref TreeEntry entry, Fd fd, in FileStatus status)
    {
        var count = status.Size == 0 ? 0 : fd.ReadAt(pack.DataRoom(entry)[..(int)status.Size], 0);
        entry.Size = entry.Span = count;
        pack.Add(entry, count);
        var now = FileStatus.Of(fd);
        if ((now.Size, now.ModifiedSeconds, now.ModifiedNanoseconds) != (status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds))
        {
            Complain($"{fd.Name}: the file changed while it was read");
        }

        return true;
    }

    private bool TryPackPiece(ref Pack pack, Step.Piece piece)
    {
        var file = piece.File;
        if (!file.IsSpoiled)
        {
            var entry = EntryOf(EntryKind.File, file.Path, file.Status, file.Attributes);
            (entry.Offset, entry.Span, entry.Origin) = (piece.Offset, piece.Span, piece.Origin);
            if (!pack.Fits(entry, piece.Origin == PieceOrigin.Sent ? piece.Span : 0))
            {
                return pack.Length == 0 && TrySplit(ref pack, piece, entry);
            }

            if (!TryAddPiece(ref pack, piece, entry))
            {
                return false;
            }
        }

        if (file.Finish(piece.Span))
        {
            End(file);
        }

        return true;
    }

    /// <summary>A block with little room takes the beginning of a piece, of whole pages.</summary>
    private bool TrySplit(ref Pack pack, Step.Piece piece, scoped in TreeEntry entry)
    {
        const int page = 4096;
        var span = (long)pack.DataRoom(entry).Length / page * page;
        if (span == 0)
        {
            throw new InvalidOperationException("a block with no room for anything");
        }

        _walk.Push(new StepsCursor([piece with { Offset = piece.Offset + span, Span = piece.Span - span }]));
        return TryPackPiece(ref pack, piece with { Span = span });
    }

    private bool TryAddPiece(ref Pack pack, Step.Piece piece, scoped in TreeEntry entry)
    {
        if (piece.Origin != PieceOrigin.Sent)
        {
            pack.Add(entry);
            return true;
        }

        try
        {
            if (piece.File.Fd.ReadAt(pack.DataRoom(entry)[..(int)piece.Span], piece.Offset) == piece.Span)
            {
                pack.Add(entry, (int)piece.Span);
                return true;
            }

            return TrySpoil(ref pack, piece.File, $"{piece.File.Fd.Name}: the file became shorter while it was read");
        }
        catch (LinuxException e)
        {
            return TrySpoil(ref pack, piece.File, e.Message);
        }
    }

    private bool TrySpoil(ref Pack pack, SourceFile file, string cause)
    {
        if (!TryComplain(ref pack, file.Path, cause))
        {
            return false;
        }

        file.Spoil();
        return true;
    }

    private void End(SourceFile file)
    {
        if (!file.IsSpoiled && file.HasChanged())
        {
            Complain($"{file.Fd.Name}: the file changed while it was read");
        }

        file.Fd.Dispose();
    }

    /// <summary>Links, fifos, devices: what is all in its name.</summary>
    private bool TryPackOther(ref Pack pack, Step.Member member, bool follow)
    {
        var folder = member.Folder.Folder;
        var status = folder.Status(member.Name, follow) ?? throw new LinuxException("open", folder.NameOf(member.Name), Errno.NoEntry);
        if (!IsAll)
        {
            return TryComplain(ref pack, member.Path, $"{folder.NameOf(member.Name)}: not a regular file");
        }

        if (status.IsLink)
        {
            return TryPackLink(ref pack, member.Path, status, EntryKind.SymbolicLink, folder.ReadLink(member.Name));
        }

        var entry = EntryOf(KindOf(status), member.Path, status, []);
        entry.Size = (long)status.Number;
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    private static bool TryPackLink(ref Pack pack, string path, in FileStatus status, EntryKind kind, string target)
    {
        var entry = EntryOf(kind, path, status, []);
        entry.Text = RawText.Encode(target);
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    /// <summary>The name that the file was packed under before, if it was: the same member may be looked at twice.</summary>
    private string? FirstNameOf(in FileStatus status, string path)
    {
        var first = _linked.GetOrAdd((status.Device, status.Inode), path);
        return first == path ? null : first;
    }

    /// <summary>Whether a directory is on another file system than its top, and that is to be left out.</summary>
    private bool IsElsewhere(Step.Member member, in FileStatus status)
    {
        if (!_tree.Flags.HasFlag(TreeFlags.OneFileSystem))
        {
            return false;
        }

        var slash = member.Path.IndexOf('/', StringComparison.Ordinal);
        return _devices.GetOrAdd(slash < 0 ? member.Path : member.Path[..slash], status.Device) != status.Device;
    }

    private byte[] AttributesOf(Fd fd) => !IsAll ? []
        : fd.Attributes(Limits.MaxAttributes) ?? throw new LinuxException("listxattr", fd.Name, Errno.TooBig);

    private static TreeEntry EntryOf(EntryKind kind, string path, scoped in FileStatus status, byte[] attributes) => new()
    {
        Kind = kind,
        Path = RawText.Encode(path),
        Mode = (int)status.Permissions,
        Owner = status.Owner,
        Group = status.Group,
        Seconds = status.ModifiedSeconds,
        Nanoseconds = status.ModifiedNanoseconds,
        Size = kind == EntryKind.File ? status.Size : 0,
        Attributes = attributes,
    };

    private static MemberType TypeOf(FileStatus? status) => (MemberType)((status?.Mode ?? 0) >> 12);

    private static EntryKind KindOf(in FileStatus status) =>
        status.IsPipe ? EntryKind.Fifo
        : status.IsSocket ? EntryKind.Socket
        : status.IsBlockDevice ? EntryKind.BlockDevice
        : EntryKind.CharacterDevice;

    private bool TryComplain(ref Pack pack, string path, string cause)
    {
        var entry = new TreeEntry { Kind = EntryKind.Trouble, Path = RawText.Encode(path), Text = Cut(RawText.Encode(cause)) };
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        Complain(cause);
        return true;
    }

    private static ReadOnlySpan<byte> Cut(byte[] text) => text.AsSpan(0, Math.Min(text.Length, Limits.MaxPath));

    private void Complain(string cause)
    {
        _trouble?.Invoke(cause);
        _tally?.Fail();
    }

    /// <summary>Closes what was opened, unless somebody keeps it.</summary>
    private ref struct Handle(Fd fd)
    {
        private bool _isKept;

        public Fd Fd { get; } = fd;

        public void Keep() => _isKept = true;

        public readonly void Dispose()
        {
            if (!_isKept)
            {
                Fd.Dispose();
            }
        }
    }
}
