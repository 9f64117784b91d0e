using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The destination of a tree: an existing directory, which takes members under their own names; otherwise the given name itself, for a single source.
/// </summary>
internal sealed class TreeDestination : IDisposable
{
    private readonly string _target;
    private readonly string _place;
    private readonly string? _newName;
    private readonly AskedNames? _asked;
    private readonly bool _isFlat;
    private readonly bool _isMissing;
    private readonly bool _mayBeSeveral;
    private readonly bool _isMissingDirectory;
    private readonly HashSet<string> _members = [];
    private string? _first;

    private TreeDestination(Resource tree, AskedNames? asked, bool mayBeSeveral)
    {
        _asked = asked;
        _isFlat = !tree.Flags.HasFlag(TreeFlags.Recurse);
        var target = Paths.Join(tree.Directory, tree.Text.Length == 0 ? "." : tree.Text);
        _target = HomeFolder.Expand(target) ?? throw new Failure(ExitCode.Objects, TreeRoots.NoHome(target), $"a file of that name is written ./{target}");
        _place = _target.TrimEnd('/');
        var status = FileStatus.Of(_target);
        if (status is { IsDirectory: true })
        {
            Folder = Folder.Open(Plain(_target));
            return;
        }

        // Several files create the target directory, unless the target was written as an existing one.
        var isMade = tree.Flags.HasFlag(TreeFlags.Contents) || (tree.Flags.HasFlag(TreeFlags.Inside) && status is null && !_target.EndsWith('/'));
        if (isMade && !tree.Flags.HasFlag(TreeFlags.Compare))
        {
            (Folder, IsMade) = Make(_place);
            return;
        }

        // One match of a pattern takes the target's name, several go into a directory of that name. How many there are is known at the end.
        if (mayBeSeveral && status is null && !tree.Flags.HasFlag(TreeFlags.Compare) && FileStatus.OfName(_place) is null)
        {
            _mayBeSeveral = true;
            (Folder, IsMade) = Make(_place);
            return;
        }

        // A comparison creates nothing, and finds nothing in a missing directory.
        _isMissing = isMade && status is null;
        if (!_isMissing && tree.Flags.HasFlag(TreeFlags.Inside) && (status is not null || !_target.EndsWith('/') || _isFlat))
        {
            throw new LinuxException("open", _target, status is null ? Errno.NoEntry : Errno.NotDirectory);
        }

        // Replaces the file that a link points to, not the link.
        var place = status is null ? _place : Paths.Resolve(_target) ?? _target;
        if (status is null && FileStatus.OfName(place) is { IsLink: true })
        {
            throw new Failure(ExitCode.Objects, $"{place}: is a dangling symbolic link", "create its target, or remove the link");
        }

        if (status is { IsRegular: false } && !tree.Flags.HasFlag(TreeFlags.Compare))
        {
            Device = Fd.Open(_target, OpenFlags.WriteOnly | OpenFlags.NoTerminal);
        }

        _isMissingDirectory = status is null && _target.EndsWith('/');
        Folder = Folder.Open(Paths.DirectoryOf(place));
        _newName = Paths.NameOf(place);
    }

    /// <param name="tree">The target.</param>
    /// <param name="asked">The requested names; null if the sender is trusted.</param>
    /// <param name="mayBeSeveral">Whether a single requested name may stand for several members.</param>
    /// <exception cref="Failure">The target cannot take the tree.</exception>
    public static TreeDestination At(Resource tree, AskedNames? asked, bool mayBeSeveral = false)
    {
        try
        {
            return new TreeDestination(tree, asked, mayBeSeveral);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>The name of the single source below <see cref="Folder"/>; null if sources go into the target.</summary>
    public string? NewName => _newName;

    /// <summary>The directory that contains everything.</summary>
    public Folder Folder { get; }

    /// <summary>Whether the directory was created by this copy, and is still private.</summary>
    public bool IsMade { get; }

    /// <summary>The target if it is neither a regular file nor a directory; the single file is written into it.</summary>
    public Fd? Device { get; }

    /// <summary>The path below <see cref="Folder"/> for a sender's path.</summary>
    /// <exception cref="ProtocolException">The path was not requested.</exception>
    /// <exception cref="Failure">The target is a single file, and this is a second one.</exception>
    public string PathOf(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Check(path, slash < 0 ? path : path[..slash]);
        return _newName is null ? path : slash < 0 ? _newName : _newName + path[slash..];
    }

    /// <summary>Called with each member that is not a directory: a target with a trailing slash must not become a file.</summary>
    /// <exception cref="Failure">The target cannot be this member.</exception>
    public void CheckMayBeFile(string path)
    {
        if (_isMissingDirectory && path == _newName)
        {
            throw new Failure(ExitCode.Objects, $"{_target}: no such file or directory");
        }
    }

    /// <summary>Called when everything is in place: if a pattern had a single match, gives that the target's own name.</summary>
    /// <param name="temporary">A unique temporary name.</param>
    public void Settle(string temporary)
    {
        if (!_mayBeSeveral || _members.Count > 1)
        {
            return;
        }

        using var above = Folder.Open(Paths.DirectoryOf(_place));
        var name = Paths.NameOf(_place);
        if (_members.Count == 1 && Folder.Status(_members.Single(), follow: false) is { } status)
        {
            CheckTrailingSlash(status);
            MoveOut(_members.Single(), status, above, temporary);
            above.Remove(name, isDirectory: true);
            above.Rename(temporary, name);
        }
        else
        {
            above.Remove(name, isDirectory: true);
        }

        above.Fd.SyncDirectory();
    }

    /// <summary>Refuses a file for a target with a trailing slash, which names a directory.</summary>
    private void CheckTrailingSlash(in FileStatus status)
    {
        if (_target.EndsWith('/') && !status.IsDirectory)
        {
            Folder.Remove(_members.Single(), isDirectory: false);
            throw new LinuxException("open", _target, Errno.NoEntry);
        }
    }

    /// <summary>The roots to scan for existing contents.</summary>
    public IEnumerable<TreeRoot> RootsOf(string[] names) => _isMissing ? []
        : names.Select(name => new TreeRoot(Paths.Join(Folder.Name, PathOf(name) is { Length: > 0 } path ? path : "."), name));

    public void Dispose()
    {
        if (_mayBeSeveral)
        {
            RemoveIfEmpty();
        }

        Folder?.Dispose();
        Device?.Dispose();
    }

    /// <summary>The name of a directory in messages, without the final dot that requires it to exist.</summary>
    private static string Plain(string directory) => directory.EndsWith("/.", StringComparison.Ordinal) && directory.Length > 2 ? directory[..^2] : directory;

    private static (Folder Folder, bool IsMade) Make(string path)
    {
        using var above = Folder.Open(Paths.DirectoryOf(path));
        var isMade = above.TryMake(Paths.NameOf(path), Permissions.OwnersAll);
        return (Folder.Open(path), isMade);
    }

    /// <summary>A directory must be writable to get another parent.</summary>
    private void MoveOut(string member, in FileStatus status, Folder above, string temporary)
    {
        if (!status.IsDirectory || ReadOnlyDirectories.Add(status) is not { } mode)
        {
            Folder.MoveOut(member, above, temporary);
            return;
        }

        using var directory = Folder.Beneath(member, follow: false);
        directory.Fd.TryChangeMode(mode);
        Folder.MoveOut(member, above, temporary);
        directory.Fd.TryChangeMode(status.Permissions);
    }

    /// <summary>Removes the directory if nothing came. The partial copy of a single match stays beside it, where the next run looks for it.</summary>
    private void RemoveIfEmpty()
    {
        try
        {
            using var above = Folder.Open(Paths.DirectoryOf(_place));
            if (_members.Count == 1 && PartFile.Of(_members.Single()) is var part && Folder.Status(part, follow: false) is not null)
            {
                Folder.MoveOut(part, above, PartFile.Of(Paths.NameOf(_place)));
            }

            above.Remove(Paths.NameOf(_place), isDirectory: true);
        }
        catch (LinuxException)
        {
            // It has members, or has become a file.
        }
    }

    private void Check(string path, string first)
    {
        _asked?.Check(path);
        if (_mayBeSeveral && first.Length > 0)
        {
            lock (_members)
            {
                if (_members.Count < 2)
                {
                    _members.Add(first);
                }
            }
        }

        if (_isFlat && first.Length != path.Length)
        {
            throw new ProtocolException($"{RawText.Printable(path)}: a directory that was not requested");
        }

        if (_newName is not null && Interlocked.CompareExchange(ref _first, first, null) is { } earlier && earlier != first)
        {
            throw new Failure(ExitCode.Objects, $"{_target}: not a directory", "several files need a directory to go into");
        }
    }
}
