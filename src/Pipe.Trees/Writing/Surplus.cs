using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The members that the target has and the source lacks: removed at the end of a copy with Delete. Mount points, and everything on them, stay.
/// </summary>
/// <param name="top">The directory that contains everything; owned by the caller.</param>
/// <param name="tree">The requested tree.</param>
/// <param name="readOnly">Makes the directories writable in which members are removed.</param>
/// <param name="itemError">Called with each member that cannot be removed.</param>
internal sealed class Surplus(Folder top, Resource tree, ReadOnlyDirectories readOnly, Action<string> itemError)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _leftOut = [];
    private readonly Dictionary<string, bool> _mounted = [];
    private readonly Exclusion _exclusion = new(tree.Excludes);
    private ILookup<string, string>? _spellings;

    /// <summary>Number of removed members.</summary>
    public long Removed { get; private set; }

    private bool IsWanted => tree.Flags.HasFlag(TreeFlags.Delete);

    private bool IsOneFileSystem => tree.Flags.HasFlag(TreeFlags.OneFileSystem);

    /// <summary>Notes a member of the source.</summary>
    public void Note(string path)
    {
        if (IsWanted)
        {
            lock (_lock)
            {
                _names.Add(path);
            }
        }
    }

    /// <summary>Adds a directory that is a source itself, not a member of one.</summary>
    public void AddSource(string path) => _exclusion.AddSource(path);

    /// <summary>Notes that the source does not send all members of that directory.</summary>
    public void LeaveOut(string path)
    {
        if (IsWanted)
        {
            lock (_lock)
            {
                _leftOut.Add(path);
            }
        }
    }

    /// <param name="directories">The directories of the source.</param>
    /// <param name="mayDelete">Whether the source's contents are completely known.</param>
    public void Remove(IReadOnlyCollection<string> directories, bool mayDelete)
    {
        if (!IsWanted)
        {
            return;
        }

        if (!mayDelete)
        {
            itemError("nothing is deleted: not all of the source could be read, or not all of it written");
            return;
        }

        foreach (var path in directories.Where(path => !_leftOut.Contains(path)))
        {
            try
            {
                Remove(path, directories);
            }
            catch (LinuxException e) when (!e.IsNoSpace)
            {
                itemError(e.Message);
            }
        }
    }

    /// <summary>
    /// Removes the surplus of a directory. Does not follow symbolic links of the target: the directories behind them are not part of the copy.
    /// </summary>
    private void Remove(string path, IReadOnlyCollection<string> directories)
    {
        try
        {
            using var folder = top.Beneath(path, follow: false);
            if (!IsOneFileSystem || !IsElsewhere(path, isBelowTop: directories.Contains("")))
            {
                using var deletion = new Deletion(top.Name, path, _exclusion.IsEmpty ? null : _exclusion.Fits, itemError, Mounted, at => readOnly.Open(at, path));
                deletion.Run(folder, name => !Temporaries.IsOne(name) && TreePath.Join(path, name) is var member && !_names.Contains(member) && !IsSpelledOtherwise(folder, name, member));
                Removed += deletion.Removed;
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.TooManyLinks or Errno.NotDirectory)
        {
            itemError($"{top.NameOf(path)}: reached by a symbolic link: nothing is deleted there");
        }
    }

    /// <summary>Whether the member belongs to the source under another spelling, as on a case-insensitive file system.</summary>
    private bool IsSpelledOtherwise(Folder folder, string name, string member)
    {
        _spellings ??= _names.ToLookup(static path => path, StringComparer.OrdinalIgnoreCase);
        var directory = TreePath.Split(member).Directory;
        return _spellings[member].Any(path => TreePath.Split(path) is var (above, spelled) && above == directory
            && Spelling.IsOne(folder.Status(name, follow: false), folder.Status(spelled, follow: false)));
    }

    /// <summary>Whether the path to a directory crosses a mount point of the target.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="isBelowTop">Whether the first component is a member; otherwise it is a source, which may be a mount point.</param>
    private bool IsElsewhere(string path, bool isBelowTop) => OnTheWay(path).Skip(isBelowTop ? 0 : 1).Any(IsMounted);

    private static IEnumerable<string> OnTheWay(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }

        if (path.Length > 0)
        {
            yield return path;
        }
    }

    private bool IsMounted(string path)
    {
        if (!_mounted.TryGetValue(path, out var isMounted))
        {
            using var folder = top.Beneath(path, follow: false);
            using var above = top.Beneath(TreePath.Split(path).Directory, follow: false);
            var status = FileStatus.Of(folder.Fd);
            _mounted.Add(path, isMounted = status.IsMountPoint || status.Device != FileStatus.Of(above.Fd).Device);
        }

        return isMounted;
    }

    /// <summary>Reports a mount point that stays; not with OneFileSystem, which excludes other file systems.</summary>
    private void Mounted(string name)
    {
        if (!IsOneFileSystem)
        {
            itemError($"{name}: is a mount point, and is not removed");
        }
    }
}
