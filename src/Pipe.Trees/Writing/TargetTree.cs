using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The directories of an arriving tree. They are created on demand, private to this user; their metadata are set after their contents are complete.
/// Links to members that may not have arrived yet wait until then too.
/// </summary>
/// <param name="top">The directory that contains everything; owned by the caller.</param>
/// <param name="isMade">Whether this copy created the top itself.</param>
/// <param name="tree">The requested tree.</param>
/// <param name="readOnly">Makes directories writable for the time of the copy.</param>
/// <param name="memory">Counts what is remembered until the end.</param>
/// <param name="itemError">Called with each error.</param>
internal sealed class TargetTree(Folder top, bool isMade, Resource tree, ReadOnlyDirectories readOnly, SinkMemory memory, Action<string> itemError)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _made = isMade ? [""] : [];
    private readonly Dictionary<string, Metadata> _directories = [];
    private readonly LinkList _links = new();
    private readonly Surplus _surplus = new(top, tree, readOnly, itemError);
    private readonly Permissions _permissions = new();

    /// <summary>Members of the target that the source lacked.</summary>
    public long Removed => _surplus.Removed;

    /// <summary>Hard links that existed already.</summary>
    public long SameLinks { get; private set; }

    /// <summary>Hard links that could not be made.</summary>
    public long FailedLinks { get; private set; }

    /// <summary>Whether directories have arrived or had to be created.</summary>
    public bool HasDirectories
    {
        get
        {
            lock (_lock)
            {
                return _made.Count + _directories.Count > 0;
            }
        }
    }

    /// <summary>Opens the directory at a path, creating it and those above it if necessary. Without recursion, because a path may be very deep.</summary>
    public Folder Open(string path)
    {
        var end = path.Length;
        var folder = top.FindBeneath(path);
        while (folder is null)
        {
            end = Math.Max(0, path.LastIndexOf('/', end - 1));
            folder = top.FindBeneath(path[..end]);
        }

        while (end < path.Length)
        {
            var from = end == 0 ? 0 : end + 1;
            var slash = path.IndexOf('/', from);
            end = slash < 0 ? path.Length : slash;
            using var above = folder;
            readOnly.Open(above, from == 0 ? "" : path[..(from - 1)]);
            Make(above, path[from..end], path[..end]);
            folder = top.Beneath(path[..end]);
        }

        return folder;
    }

    /// <summary>Adds a directory of the source: creates it, and notes its final metadata.</summary>
    public void Add(string path, scoped in TreeEntry entry)
    {
        Open(path).Dispose();
        if (entry.Size == EntryMark.LeftOut)
        {
            _surplus.LeaveOut(path);
        }
        else if (entry.Size == EntryMark.Source)
        {
            _surplus.AddSource(path);
        }

        memory.Take(path, entry.Attributes.Length);
        lock (_lock)
        {
            _directories[path] = Metadata.Of(entry);
        }
    }

    /// <summary>Called before a directory is changed: adds the permission to do so for the time of the copy, if its owner lacks it.</summary>
    public void OpenForChange(Folder folder, string path) => readOnly.Open(folder, path);

    public void LinkLater(string path, string of)
    {
        lock (_lock)
        {
            var before = _links.Size;
            _links.Add(path, of);
            memory.Take(_links.Size - before);
        }
    }

    /// <summary>Notes a member of the source.</summary>
    public void Note(string path) => _surplus.Note(path);

    /// <summary>Completes the tree: makes the links, removes the surplus, and sets the metadata of directories.</summary>
    /// <param name="mayDelete">Whether the source's contents are completely known and present; called after the links are made.</param>
    /// <param name="nextTemporary">Makes a unique temporary name.</param>
    public void Finish(Func<bool> mayDelete, Func<string> nextTemporary)
    {
        foreach (var (path, of) in _links.All())
        {
            FailedLinks += Try(() => Link(path, of, nextTemporary())) ? 0 : 1;
        }

        _surplus.Remove(_directories.Keys, mayDelete());
        Sweep();
        ReportMerged();

        foreach (var path in ReadOnlyDirectories.DeepestFirst(_directories.Keys.Union(readOnly.Opened)))
        {
            Try(() => Complete(path));
        }

        if (isMade && !_directories.ContainsKey(""))
        {
            Try(() => SetFinalMode(top.Fd, Permissions.Plain));
        }
    }

    /// <summary>Removes leftovers of killed copies; directories created by this copy have none.</summary>
    private void Sweep()
    {
        foreach (var path in _directories.Keys.Append("").Where(path => !_made.Contains(path)))
        {
            Try(() =>
            {
                using var folder = top.Beneath(path);
                Temporaries.Sweep(folder);
            });
        }
    }

    private void Make(Folder above, string name, string path)
    {
        if (above.TryMake(name, Permissions.OwnersAll))
        {
            lock (_lock)
            {
                _made.Add(path);
            }
        }
    }

    private void Link(string path, string of, string temporary)
    {
        using var from = new ParentFolder(this);
        using var to = new ParentFolder(this);
        var (fromFolder, file) = from.Of(of);
        var (folder, name) = to.Of(path);
        if (IsSame(folder.Status(name, follow: false), fromFolder.Status(file, follow: false)))
        {
            SameLinks++;
            return;
        }

        _ = to.ForChange(path);
        try
        {
            TargetNames.Make(folder, name, "the hard link", temporary, at => folder.TryHardLink(fromFolder, file, at));
        }
        catch (LinuxException e) when (e.Call == "link" && !e.IsNoSpace && fromFolder.Status(file, follow: false) is { IsRegular: true })
        {
            Copy(fromFolder, file, folder, name, temporary);
            itemError($"{e.Message}; it is a copy");
        }
    }

    private static bool IsSame(FileStatus? one, FileStatus? other) => one is { } a && other is { } b && (a.Device, a.Inode) == (b.Device, b.Inode);

    /// <summary>Copies the file where the file system supports no hard links.</summary>
    private void Copy(Folder fromFolder, string file, Folder folder, string name, string temporary)
    {
        using var from = fromFolder.OpenMember(file, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var copy = SharedInodes.Separate(folder, name, temporary, from, FileStatus.Of(from).Size, isForSameUsers: false);
        Metadata.Of(from).Put(copy.Fd, tree.Flags, itemError);
        copy.Commit(name);
    }

    /// <summary>Reports directories of the source that are one directory here: it cannot have the metadata of both.</summary>
    private void ReportMerged()
    {
        foreach (var alike in _directories.Keys.GroupBy(path => path, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var first = alike.First();
            foreach (var path in alike.Skip(1).Where(path => Spelling.IsOne(StatusOf(first), StatusOf(path))))
            {
                itemError($"{top.NameOf(path)}: is one directory with {top.NameOf(first)}, which its file system takes for the same");
            }
        }
    }

    private FileStatus? StatusOf(string path)
    {
        using var folder = top.FindBeneath(path);
        return folder is null ? null : FileStatus.Of(folder.Fd);
    }

    /// <summary>Sets the final permissions and metadata of a directory; it may no longer be accessible then.</summary>
    private void Complete(string path)
    {
        readOnly.Close(path);
        if (!_directories.TryGetValue(path, out var metadata))
        {
            return;
        }

        using var folder = top.Beneath(path);
        if ((tree.Flags & (TreeFlags.All | TreeFlags.Keep)) != 0)
        {
            metadata.Put(folder.Fd, tree.Flags, itemError);
        }
        else if (_made.Contains(path))
        {
            SetFinalMode(folder.Fd, metadata.Mode);
        }
    }

    /// <summary>Gives a complete directory the permissions of a new one; it inherits its parent's default access control list.</summary>
    private void SetFinalMode(Fd directory, uint mode) => directory.TryChangeMode(_permissions.OfNew(directory, mode));

    /// <summary>Reports a failure, and returns false.</summary>
    private bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (LinuxException e) when (!e.IsNoSpace)
        {
            itemError(e.Message);
            return false;
        }
    }
}
