using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Unpacks the blocks of a tree, from many threads at once and in any order. Each file gets its name when it is complete. What cannot
/// be written is named, and the rest goes on; a full disk, or a sender that does not keep to the rules, ends it.
/// </summary>
internal sealed class TreeSink : ISink, IInventoried
{
    /// <summary>So many files are synced one by one; with more it is the file system, once.</summary>
    private const int FewFiles = 16;

    private readonly Resource _tree;
    private readonly Tally _tally;
    private readonly Action<string> _trouble;
    private readonly Action<string>? _sendersTrouble;
    private readonly Landing _landing;
    private readonly TargetTree _target;
    private readonly TargetDevice? _device;
    private readonly Dictionary<string, TargetFile?> _arriving = [];
    private readonly string _session = Convert.ToHexStringLower(Entropy.Bytes(6));
    private readonly uint _umask = Paths.Umask();
    private long _names;
    private long _files;
    private bool _isAborted;
    private volatile bool _isIncomplete;

    /// <param name="tree">The target.</param>
    /// <param name="mayBeCalled">Whether something of that name was asked for; null where the sender is trusted.</param>
    /// <param name="tally">Counts files.</param>
    /// <param name="trouble">Is told what cannot be written.</param>
    /// <param name="sendersTrouble">Is told what could not be read, where the sender cannot say it itself.</param>
    public TreeSink(Resource tree, Func<string, bool>? mayBeCalled, Tally tally, Action<string> trouble, Action<string>? sendersTrouble)
    {
        _tree = tree;
        _tally = tally;
        _trouble = trouble;
        _sendersTrouble = sendersTrouble;
        _landing = Landing.At(tree, mayBeCalled);
        _target = new TargetTree(_landing.Folder, tree, Complain);
        _device = _landing.Device is { } device ? new TargetDevice(device) : null;
    }

    public bool IsOrdered => false;

    private bool IsAll => _tree.Flags.HasFlag(TreeFlags.All);

    private bool IsKept => (_tree.Flags & (TreeFlags.All | TreeFlags.Keep)) != 0;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        using var parent = new ParentFolder(_target);
        while (!bytes.IsEmpty)
        {
            var entry = TreeEntry.Read(ref bytes);
            var sent = RawText.Decode(entry.Path);
            try
            {
                Take(parent, _landing.PathOf(sent), entry);
            }
            catch (LinuxException e) when (!e.IsNoSpace)
            {
                Complain(e.Message);
                Spoil(_landing.PathOf(sent));
            }
            catch (LinuxException e)
            {
                throw ObjectFailure.Of(e);
            }
        }
    }

    public InventoryTaker Inventory(string[] names) => _tree.Flags.HasFlag(TreeFlags.Resume)
        ? new(_landing.RootsOf(names), _tree.Excludes, hasDigests: !_tree.Flags.HasFlag(TreeFlags.Quick))
        : throw new ProtocolException("a Want, and everything was to be sent");

    public void Hole(long offset, long length) => ProtocolException.Throw("tree: a block that is a hole");

    public void Commit(long size)
    {
        try
        {
            lock (_arriving)
            {
                if (_arriving.FirstOrDefault(file => file.Value is not null).Key is { } incomplete)
                {
                    throw new ProtocolException($"tree: {RawText.Printable(incomplete)}: not all of its pieces came");
                }
            }

            _device?.Finish();
            _target.Finish(_tally.Failed == 0 && !_isIncomplete, NextTemporary);
            Sync();
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public void Abort()
    {
        lock (_arriving)
        {
            _isAborted = true;
            foreach (var file in _arriving.Values)
            {
                file?.Dispose();
            }

            _arriving.Clear();
        }
    }

    public void Dispose()
    {
        Abort();
        _landing.Dispose();
    }

    private void Take(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        _target.Note(path);
        if (entry.Kind != EntryKind.Trouble && TargetFile.IsPart(TreePath.Split(path).Name))
        {
            // It would be taken for what is left of another file, or take its place while that arrives.
            Complain($"{_landing.Folder.NameOf(path)}: is called like an unfinished copy, and is left out");
            return;
        }

        switch (entry.Kind)
        {
            case EntryKind.File or EntryKind.Directory when _device is not null:
                _device.Write(entry);
                break;
            case EntryKind.File:
                TakeFile(parent, path, entry);
                break;
            case EntryKind.Directory when _tree.Flags.HasFlag(TreeFlags.Recurse):
                _target.Add(path, entry);
                break;
            case EntryKind.Trouble:
                _sendersTrouble?.Invoke(RawText.Decode(entry.Text));
                _tally.Fail(_sendersTrouble is null ? 0 : 1);
                _isIncomplete = true;
                Spoil(path);
                break;
            case EntryKind.HardLink when IsAll:
                _target.LinkLater(path, _landing.PathOf(CheckedPath(entry.Text)));
                break;
            case EntryKind.SymbolicLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice when IsAll && _device is not null:
                _device.Write(entry);
                break;
            case EntryKind.SymbolicLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice when IsAll:
                TakeNode(parent, path, entry);
                break;
            default:
                ProtocolException.Throw($"tree: a {entry.Kind}, and none was asked for");
                break;
        }
    }

    private void TakeFile(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        if (entry.Origin == PieceOrigin.There && !_tree.Flags.HasFlag(TreeFlags.Resume))
        {
            ProtocolException.Throw("tree: a piece that is there already, and everything was to be sent");
        }

        if (entry.Span == entry.Size && entry.Origin == PieceOrigin.Sent)
        {
            TakeWhole(parent, path, entry);
        }
        else if (entry.Span == entry.Size && entry.Origin == PieceOrigin.There)
        {
            TakeAsItIs(parent, path, entry);
        }
        else
        {
            TakePiece(parent, path, entry);
        }
    }

    private void TakeWhole(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        var (folder, name) = parent.Of(path);
        var temporary = NextTemporary();
        using (var fd = folder.OpenMember(temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, FirstMode(entry)))
        {
            try
            {
                fd.WriteAllAt(entry.Data, 0);
                Dress(fd, entry);
                SyncIfFew(fd);
                fd.Close();
                GiveName(folder, temporary, name);
            }
            catch
            {
                folder.Remove(temporary);
                throw;
            }
        }

        _tally.Copied();
    }

    private void TakePiece(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        if (Arriving(parent, path, entry.Size) is not { } file || !file.TryEnter())
        {
            return;
        }

        try
        {
            if (file.Write(entry))
            {
                TakeComplete(parent, path, file, entry);
            }
        }
        finally
        {
            file.Exit();
        }
    }

    private void TakeComplete(ParentFolder parent, string path, TargetFile file, scoped in TreeEntry entry)
    {
        if (file.IsAsItWas)
        {
            file.Drop();
            TakeAsItIs(parent, path, entry);
        }
        else
        {
            Complete(file, entry);
        }

        lock (_arriving)
        {
            _arriving.Remove(path);
        }

        file.Dispose();
    }

    private void Complete(TargetFile file, scoped in TreeEntry entry)
    {
        file.Fd.Truncate(entry.Size);
        if (!IsKept)
        {
            file.Fd.ChangeMode((uint)entry.Mode & 0x1FF & ~_umask);
        }

        Dress(file.Fd, entry);
        SyncIfFew(file.Fd);
        file.Finish(GiveName);
        _tally.Copied();
    }

    /// <summary>The content is right, or is in what an earlier run left: only what is beside it is set.</summary>
    private void TakeAsItIs(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        var (folder, name) = parent.Of(path);
        if (folder.Status(TargetFile.PartOf(name), follow: false) is { IsRegular: true } part && part.Size == entry.Size)
        {
            TakePiece(parent, path, entry);
            return;
        }

        using var fd = folder.OpenMember(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        Dress(fd, entry);
        _tally.Copied();
    }

    /// <summary>Null for a file that has failed before.</summary>
    private TargetFile? Arriving(ParentFolder parent, string path, long size)
    {
        lock (_arriving)
        {
            if (!_arriving.TryGetValue(path, out var file) && !_isAborted)
            {
                var (folder, name) = parent.Of(path);
                var own = folder.Beneath("");
                try
                {
                    file = new TargetFile(own, name, size, NextTemporary(), _tree.Flags.HasFlag(TreeFlags.Resume));
                }
                catch
                {
                    own.Dispose();
                    throw;
                }

                _arriving.Add(path, file);
            }

            return file;
        }
    }

    private void TakeNode(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        const uint socket = 0xC000, block = 0x6000, character = 0x2000, fifo = 0x1000;
        var (folder, name) = parent.Of(path);
        if (entry.Kind == EntryKind.SymbolicLink)
        {
            var target = RawText.Decode(entry.Text);
            TargetNames.Make(folder, name, NextTemporary(), at => folder.TryLink(target, at));
        }
        else
        {
            var type = entry.Kind switch { EntryKind.Fifo => fifo, EntryKind.Socket => socket, EntryKind.BlockDevice => block, _ => character };
            var (mode, number) = (type | (uint)entry.Mode, (ulong)entry.Size);
            TargetNames.Make(folder, name, NextTemporary(), at => folder.TryMakeNode(at, mode, number));
        }

        if (FileTraits.IsRoot)
        {
            folder.SetOwner(name, entry.Owner, entry.Group);
        }

        using var node = folder.OpenNode(name);
        if (entry.Kind != EntryKind.SymbolicLink)
        {
            node.SetNodeMode((uint)entry.Mode);
        }

        folder.SetTime(name, entry.Seconds, entry.Nanoseconds);
        node.SetNodeAttributes(entry.Attributes);
        _tally.Copied();
    }

    /// <summary>A file of that path is not complete, and will not be.</summary>
    private void Spoil(string path)
    {
        lock (_arriving)
        {
            // Its other pieces may be still to come.
            _arriving.GetValueOrDefault(path)?.Drop();
            _arriving[path] = null;
        }
    }

    /// <summary>What a new file gets from the start; what has to be exact is set in the end.</summary>
    private uint FirstMode(scoped in TreeEntry entry) => IsKept ? 0x180 : (uint)entry.Mode & 0x1FF;

    private void Dress(Fd fd, scoped in TreeEntry entry)
    {
        if (IsKept)
        {
            Metadata.Of(entry).Put(fd, _tree.Flags, Complain);
        }
    }

    /// <summary>Without being told to keep modes, a file that is replaced passes its own on.</summary>
    private void GiveName(Folder folder, string temporary, string name)
    {
        if (folder.TryRename(temporary, name))
        {
            return;
        }

        if (!IsKept && folder.Status(name, follow: false) is { IsRegular: true } old)
        {
            folder.SetMode(temporary, old.Permissions & 0x1FF);
        }

        folder.Rename(temporary, name);
    }

    private void SyncIfFew(Fd fd)
    {
        if (Interlocked.Increment(ref _files) <= FewFiles)
        {
            fd.Sync();
        }
    }

    /// <summary>Whatever the files were, the names are durable with this.</summary>
    private void Sync()
    {
        if (_landing.Device is null)
        {
            _landing.Folder.Fd.SyncFileSystem();
        }
    }

    private string NextTemporary() => string.Create(CultureInfo.InvariantCulture, $".pipe-{_session}-{Interlocked.Increment(ref _names)}");

    private void Complain(string text)
    {
        _trouble(text);
        _tally.Fail();
    }

    private static string CheckedPath(ReadOnlySpan<byte> path)
    {
        TreePath.Check(path);
        return RawText.Decode(path);
    }
}
