using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Unpacks the blocks of a tree, on several threads and in any order. Each file gets its name when it is complete. Reports members that cannot be
/// written and continues; a full disk, or a sender that violates the protocol, ends the copy.
/// </summary>
internal sealed class TreeSink : ISink
{
    private readonly Resource _tree;
    private readonly Tally _tally;
    private readonly Action<string> _itemError;
    private readonly Action<string> _senderError;
    private readonly TreeDestination _destination;
    private readonly ReadOnlyDirectories _readOnly;
    private readonly TargetTree _target;
    private readonly TargetDevice? _device;
    private readonly TargetFiles _files;
    private readonly Temporaries _temporaries = new();
    private readonly SinkMemory _memory = new();
    private readonly TornFiles _torn;
    private volatile bool _isIncomplete;

    /// <param name="tree">The target.</param>
    /// <param name="asked">The requested names; null if the sender is trusted.</param>
    /// <param name="tally">Counts files.</param>
    /// <param name="itemError">Called with each member that cannot be written.</param>
    /// <param name="senderError">Called with each requested member that the sender could not read.</param>
    /// <param name="mayBeSeveral">Whether a single requested name is a pattern, which may stand for several members.</param>
    public TreeSink(Resource tree, AskedNames? asked, Tally tally, Action<string> itemError, Action<string> senderError, bool mayBeSeveral = false)
    {
        _tree = tree;
        _tally = tally;
        _itemError = itemError;
        _senderError = senderError;
        _destination = TreeDestination.At(tree, asked, mayBeSeveral);
        _readOnly = new ReadOnlyDirectories(_destination.Folder, tree.Flags.HasFlag(TreeFlags.Contents));
        _target = new TargetTree(_destination.Folder, _destination.IsMade, tree, _readOnly, _memory, ReportError);
        _torn = new TornFiles(itemError);
        _files = new TargetFiles(tree.Flags, ReportError, _temporaries.Next, _torn, _destination.NewName);
        _device = _destination.Device is { } device ? new TargetDevice(device) : null;
    }

    /// <summary>Called with the reason for a wait, and with an empty text after it.</summary>
    public Action<string> Waiting { get; init; } = static _ => { };

    public bool IsOrdered => false;

    public long Free => _device is null && !_tree.Flags.HasFlag(TreeFlags.Resume) ? _destination.Folder.Fd.RoomFor() : -1;

    private bool KeepsLinks => (_tree.Flags & (TreeFlags.All | TreeFlags.Links)) != 0;

    private bool IsAll => _tree.Flags.HasFlag(TreeFlags.All);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        using var parent = new ParentFolder(_target);
        while (!bytes.IsEmpty)
        {
            var entry = TreeEntry.Read(ref bytes);
            var sent = RawText.Decode(entry.Path);
            try
            {
                Take(parent, _destination.PathOf(sent), entry);
                Count(entry, _destination.PathOf(sent));
            }
            catch (LinuxException e) when (!e.IsNoSpace)
            {
                ReportError(e.Message);
                _files.Spoil(_destination.PathOf(sent));
                _tally.Tree.Drop(entry.Path);
            }
            catch (LinuxException e)
            {
                throw Failure.Of(e);
            }
        }
    }

    public IInventory Inventory(string[] names) => _tree.Flags.HasFlag(TreeFlags.Resume)
        ? new TargetScanner(_destination.RootsOf(names), _tree.Excludes, hasDigests: !_tree.Flags.HasFlag(TreeFlags.Quick)) { Waiting = Waiting }
        : throw new ProtocolException("a Want, and everything was to be sent");

    public void Hole(long offset, long length) => ProtocolException.Throw("tree: a block that is a hole");

    public void Commit(long size)
    {
        try
        {
            _files.CheckComplete();
            _files.NameSingleFile();
            _device?.Finish();
            _target.Finish(() => _tally.Failed == 0 && !_isIncomplete, _temporaries.Next);
            _tally.Tree.TakeLinks(_target.SameLinks, _target.FailedLinks);
            _tally.Remove(_target.Removed);
            _destination.Settle(_temporaries.Next());
            if (_device is null && (_files.AreMany || _target.HasDirectories))
            {
                _destination.Folder.Fd.SyncFileSystem();
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Yield() => _files.Yield();

    public void Retake() => _files.Retake();

    public void Abort() => _files.Abort();

    public void Dispose()
    {
        Abort();
        _readOnly.Close(ReportError);
        _destination.Dispose();
    }

    /// <summary>Counts an entry, unless the target drops its file.</summary>
    private void Count(scoped in TreeEntry entry, string path)
    {
        if (_torn.HasDropped(path) || entry.DropsMember)
        {
            _tally.Tree.Drop(entry.Path);
        }
        else
        {
            _tally.Tree.Take(entry);
        }
    }

    private void Take(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        _target.Note(path);
        if (entry.Kind is not (EntryKind.Directory or EntryKind.Error))
        {
            _destination.CheckMayBeFile(path);
        }

        if (entry.Kind != EntryKind.Error && (_files.IsPartOfOne(path) || Temporaries.IsOne(Paths.NameOf(path))))
        {
            ReportError($"{_destination.Folder.NameOf(path)}: has the name of a partial copy, and is left out");
            return;
        }

        switch (entry.Kind)
        {
            case EntryKind.File or EntryKind.Directory when _device is not null:
                _device.Write(entry);
                break;
            case EntryKind.File:
                _files.Take(parent, path, entry);
                break;
            case EntryKind.Directory when _tree.Flags.HasFlag(TreeFlags.Recurse):
                _target.Add(path, entry);
                break;
            case EntryKind.Error:
                TakeError(path, entry);
                break;
            case EntryKind.HardLink when IsAll:
                _target.LinkLater(path, _destination.PathOf(CheckedPath(entry.Text)));
                break;
            case EntryKind.SymbolicLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice when KeepsLinks && _device is not null:
                _device.Write(entry);
                break;
            case EntryKind.SymbolicLink or EntryKind.Fifo or EntryKind.Socket or EntryKind.CharacterDevice or EntryKind.BlockDevice when KeepsLinks:
                TakeNode(parent, path, entry);
                break;
            default:
                ProtocolException.Throw($"tree: a {entry.Kind} that was not requested");
                break;
        }
    }

    private void TakeError(string path, scoped in TreeEntry entry)
    {
        _senderError(RawText.Decode(entry.Text));
        _isIncomplete = true;
        _memory.Take(path);
        if (entry.Size == EntryMark.Torn)
        {
            _torn.Add(path);
        }
        else if (entry.DropsMember)
        {
            _files.Spoil(path);
        }
    }

    private void TakeNode(ParentFolder parent, string path, scoped in TreeEntry entry)
    {
        var node = TargetNode.Of(entry);
        var (folder, name) = parent.Of(path);
        if (!node.IsIn(folder, name))
        {
            _ = parent.ForChange(path);
            node.Make(folder, name, _temporaries.Next());
        }

        DressNode(folder, name, entry);
    }

    private void DressNode(Folder folder, string name, scoped in TreeEntry entry)
    {
        if (IsAll || _tree.Flags.HasFlag(TreeFlags.Keep))
        {
            using var node = folder.OpenNode(name);
            Metadata.Of(entry).PutOnNode(node, entry.Kind == EntryKind.SymbolicLink, _tree.Flags, ReportError);
        }
    }

    private void ReportError(string text)
    {
        _itemError(text);
        _tally.Fail();
    }

    private static string CheckedPath(ReadOnlySpan<byte> path)
    {
        TreePath.Check(path);
        return RawText.Decode(path);
    }
}
