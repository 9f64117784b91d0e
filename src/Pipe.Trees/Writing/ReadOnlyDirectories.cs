using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// Directories of the source whose copies exist already and lack write permission for their owner, this user. A copy that must change one adds the
/// permission while it runs, as rsync does. The target directory itself stays as it is, unless it takes the contents of a source.
/// </summary>
/// <param name="top">The directory that contains everything; owned by the caller.</param>
/// <param name="isTopInSource">Whether that directory takes the contents of a source.</param>
internal sealed class ReadOnlyDirectories(Folder top, bool isTopInSource)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, uint> _modes = [];

    /// <summary>The paths of the directories that are writable now and were not before.</summary>
    public IReadOnlyCollection<string> Opened
    {
        get
        {
            lock (_lock)
            {
                return [.. _modes.Keys];
            }
        }
    }

    /// <summary>Makes a directory writable, if this user may do so. If not, the error will show at the change.</summary>
    public void Open(Folder folder, string path)
    {
        if (Ids.EffectiveUser == 0 || (path.Length == 0 && !isTopInSource))
        {
            return;
        }

        lock (_lock)
        {
            var status = FileStatus.Of(folder.Fd);
            if (Add(status) is { } mode && folder.Fd.TryChangeMode(mode))
            {
                _modes.TryAdd(path, status.Permissions);
            }
        }
    }

    /// <summary>The mode that gives the owner all rights; null if the owner has them, or is another user.</summary>
    public static uint? Add(in FileStatus directory) =>
        (directory.Mode & Permissions.OwnersAll) != Permissions.OwnersAll && directory.Owner == Ids.EffectiveUser ? directory.Permissions | Permissions.OwnersAll : null;

    /// <summary>Takes the permission away again.</summary>
    public void Close(string path)
    {
        lock (_lock)
        {
            if (_modes.Remove(path, out var mode))
            {
                using var folder = top.Beneath(path);
                folder.Fd.ChangeMode(mode);
            }
        }
    }

    /// <summary>Takes the permission away everywhere, deepest first, because a directory without it may not be accessible.</summary>
    /// <param name="itemError">Called with each directory that stays writable.</param>
    public void Close(Action<string> itemError)
    {
        foreach (var path in DeepestFirst(Opened))
        {
            try
            {
                Close(path);
            }
            catch (LinuxException e)
            {
                itemError(e.Message);
            }
        }
    }

    /// <summary>Orders paths so that each comes before those above it.</summary>
    public static IEnumerable<string> DeepestFirst(IEnumerable<string> paths) =>
        paths.OrderByDescending(static path => path.Count('/')).ThenByDescending(static path => path.Length);
}
