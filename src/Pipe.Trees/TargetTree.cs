using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The directories of a tree that arrives. They are made when they are needed, open to nobody but us; what they are to be like is set
/// when all is in them. Links to what may not have come yet wait until then too.
/// </summary>
/// <param name="top">Below it lies everything; owned by the caller.</param>
/// <param name="isMade">The top itself was not there before.</param>
/// <param name="tree">What is wanted.</param>
/// <param name="trouble">Is told what cannot be done.</param>
internal sealed class TargetTree(Folder top, bool isMade, Resource tree, Action<string> trouble)
{
    private const uint Ours = 0x1C0; // rwx------
    private readonly Lock _lock = new();
    private readonly HashSet<string> _made = isMade ? [""] : [];
    private readonly Dictionary<string, Metadata> _directories = [];
    private readonly List<(string Path, string Of)> _links = [];
    private readonly Surplus _surplus = new(top, tree, trouble);
    private readonly Permissions _permissions = new();

    /// <summary>Directories came, or had to be made.</summary>
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

    /// <summary>The directory at a path; with those above it, it is made if it is not there. Without recursion: a path may be very deep.</summary>
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
            Make(above, path[from..end], path[..end]);
            folder = top.Beneath(path[..end]);
        }

        return folder;
    }

    /// <summary>A directory of the source: it is made, and is to be like that in the end.</summary>
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

        lock (_lock)
        {
            _directories[path] = Metadata.Of(entry);
        }
    }

    public void LinkLater(string path, string of)
    {
        lock (_lock)
        {
            _links.Add((path, of));
        }
    }

    /// <summary>The source has a member of that path.</summary>
    public void Note(string path) => _surplus.Note(path);

    /// <summary>Everything has come: makes the links, removes what is too much, and sets what directories are to be like.</summary>
    /// <param name="mayDelete">Whether all that the source has is known, and here: links are made before it is asked.</param>
    /// <param name="nextTemporary">Makes a name that nothing else has.</param>
    public void Finish(Func<bool> mayDelete, Func<string> nextTemporary)
    {
        foreach (var (path, of) in _links)
        {
            Try(() => Link(path, of, nextTemporary()));
        }

        _surplus.Remove(_directories.Keys, mayDelete());
        Sweep();
        NameTheSame();

        // What is deeper first: a directory may become one that we cannot enter any more.
        foreach (var (path, metadata) in _directories.OrderByDescending(directory => directory.Key.Count('/')).ThenByDescending(directory => directory.Key.Length))
        {
            Try(() => Complete(path, metadata));
        }

        if (isMade && !_directories.ContainsKey(""))
        {
            Try(() => OpenUp(top.Fd, Permissions.Plain));
        }
    }

    /// <summary>What is new has nothing in it that a killed copy could have left.</summary>
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
        if (above.TryMake(name, Ours))
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
        try
        {
            TargetNames.Make(folder, name, "the hard link", temporary, at => folder.TryHardLink(fromFolder, file, at));
        }
        catch (LinuxException e) when (e.Call == "link" && !e.IsNoSpace && fromFolder.Status(file, follow: false) is { IsRegular: true })
        {
            Copy(fromFolder, file, folder, name, temporary);
            trouble($"{e.Message}; it is a copy");
        }
    }

    /// <summary>Where a file can have one name only, the other one gets the same content.</summary>
    private void Copy(Folder fromFolder, string file, Folder folder, string name, string temporary)
    {
        using var from = fromFolder.OpenMember(file, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var copy = Twins.Separate(folder, name, temporary, from, FileStatus.Of(from).Size, isForSameUsers: false);
        Metadata.Of(from).Put(copy, tree.Flags, trouble);
        copy.Sync();
    }

    /// <summary>Directories of the source that became one here are named: they cannot have the metadata of both.</summary>
    private void NameTheSame()
    {
        foreach (var alike in _directories.Keys.GroupBy(path => path, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var first = alike.First();
            foreach (var path in alike.Skip(1).Where(path => Spelling.IsOne(StatusOf(first), StatusOf(path))))
            {
                trouble($"{top.NameOf(path)}: is one directory with {top.NameOf(first)}, which its file system takes for the same");
            }
        }
    }

    private FileStatus? StatusOf(string path)
    {
        using var folder = top.FindBeneath(path);
        return folder is null ? null : FileStatus.Of(folder.Fd);
    }

    private void Complete(string path, Metadata metadata)
    {
        using var folder = top.Beneath(path);
        if ((tree.Flags & (TreeFlags.All | TreeFlags.Keep)) != 0)
        {
            metadata.Put(folder.Fd, tree.Flags, trouble);
        }
        else if (_made.Contains(path))
        {
            OpenUp(folder.Fd, metadata.Mode);
        }
    }

    /// <summary>A directory that is complete gets the permissions of a new one; its default access control list is that of the one it is in.</summary>
    private void OpenUp(Fd directory, uint mode) => directory.TryChangeMode(_permissions.OfNew(directory, mode));

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (LinuxException e) when (!e.IsNoSpace)
        {
            trouble(e.Message);
        }
    }
}
