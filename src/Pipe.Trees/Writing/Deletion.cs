using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Removes members of a directory recursively. Follows no symbolic link, enters no mount point, and holds two directories open however deep the tree
/// is. Reports each member that cannot be removed, and continues.
/// </summary>
/// <param name="top">Prefix of the paths in messages.</param>
/// <param name="path">The directory, relative to <paramref name="top"/>.</param>
/// <param name="isKept">Which members stay, by path; a directory that contains one stays too. Null if none stay.</param>
/// <param name="itemError">Called with each member that cannot be removed.</param>
/// <param name="mounted">Called with each mount point.</param>
/// <param name="openTop">Called before the first member of the directory itself is removed; those below are made writable here.</param>
internal sealed class Deletion(
    string top, string path, Func<string, bool>? isKept, Action<string> itemError, Action<string> mounted, Action<Folder> openTop) : IDisposable
{
    private readonly Stack<Level> _levels = new();
    private Folder? _at;

    /// <summary>Number of removed members.</summary>
    public long Removed { get; private set; }

    /// <param name="folder">The directory.</param>
    /// <param name="isTooMuch">Which of its members to remove.</param>
    /// <exception cref="LinuxException">The directory cannot be read, or was moved meanwhile.</exception>
    public void Run(Folder folder, Func<string, bool> isTooMuch)
    {
        _at = folder.Beneath("");
        Push("", FileStatus.Of(At.Fd), isTooMuch);
        while (_levels.TryPeek(out var level))
        {
            if (level.Members.TryDequeue(out var member))
            {
                Take(level, member.Name, member.Type);
            }
            else
            {
                Leave();
            }
        }
    }

    public void Dispose() => _at?.Dispose();

    /// <summary>The directory of the innermost level.</summary>
    private Folder At => _at!;

    private void Take(Level level, string name, MemberType type)
    {
        try
        {
            if (IsDirectory(name, type))
            {
                Enter(level, name);
            }
            else
            {
                OpenForChange(level);
                At.Remove(name);
                Removed++;
            }
        }
        catch (LinuxException e) when (e.Errno == Errno.Busy && At.Status(name, follow: false) is { IsMountPoint: true })
        {
            level.IsNeeded = true;
            mounted(Paths.Join(top, PathOf(name)));
        }
        catch (LinuxException e)
        {
            level.IsNeeded = true;
            itemError($"{Paths.Join(top, PathOf(name))}: {LinuxException.Describe(e.Errno)}");
        }
    }

    private bool IsDirectory(string name, MemberType type) => type == MemberType.Directory
        || (type == MemberType.Unknown && At.Status(name, follow: false) is { IsDirectory: true });

    private void Enter(Level level, string name)
    {
        using var handle = new Handle(Open(name));
        var status = FileStatus.Of(handle.Fd);
        if (status.IsMountPoint || status.Device != level.Device)
        {
            level.IsNeeded = true;
            mounted(Paths.Join(top, PathOf(name)));
            return;
        }

        var above = At;
        _at = new Folder(handle.Fd);
        try
        {
            Push(name, status, _ => true);
        }
        catch
        {
            _at = above;
            throw;
        }

        handle.Keep();
        above.Dispose();
    }

    private void Push(string name, in FileStatus status, Func<string, bool> isTooMuch)
    {
        var level = new Level(name, status.Device, status.Inode);
        var prefix = isKept is null ? "" : PathOf(name);
        using var reader = new FolderReader(At);
        while (reader.TryNext(out var member, out var type))
        {
            if (isTooMuch(member) && isKept?.Invoke(TreePath.Join(prefix, member)) != true)
            {
                level.Members.Enqueue((member, type));
            }
            else
            {
                level.IsNeeded = true;
            }
        }

        _levels.Push(level);
    }

    /// <summary>Returns to the parent directory, if it is still the one that this was entered from.</summary>
    private void Leave()
    {
        var done = _levels.Pop();
        if (!_levels.TryPeek(out var level))
        {
            return;
        }

        if (done is { IsNeeded: true, ModeBefore: { } mode })
        {
            At.Fd.TryChangeMode(mode);
        }

        var above = new Folder(Open(".."));
        At.Dispose();
        _at = above;
        var status = FileStatus.Of(above.Fd);
        if ((status.Device, status.Inode) != (level.Device, level.Inode))
        {
            throw new LinuxException("open", Paths.Join(top, PathOf(done.Name)), Errno.NoEntry);
        }

        level.IsNeeded |= done.IsNeeded;
        if (!done.IsNeeded)
        {
            RemoveEmpty(level, done.Name);
        }
    }

    /// <summary>Adds the permission to remove members of the innermost directory, if its owner, this user, lacks it.</summary>
    private void OpenForChange(Level level)
    {
        if (level.IsOpen)
        {
            return;
        }

        level.IsOpen = true;
        if (_levels.Count == 1)
        {
            openTop(At);
        }
        else if (FileStatus.Of(At.Fd) is var status && ReadOnlyDirectories.Add(status) is { } mode && At.Fd.TryChangeMode(mode))
        {
            level.ModeBefore = status.Permissions;
        }
    }

    private void RemoveEmpty(Level level, string name)
    {
        try
        {
            OpenForChange(level);
            At.Remove(name, isDirectory: true);
            Removed++;
        }
        catch (LinuxException e)
        {
            level.IsNeeded = true;
            itemError($"{Paths.Join(top, PathOf(name))}: {LinuxException.Describe(e.Errno)}");
        }
    }

    /// <summary>Opens a member under a short name for messages, because the path of a very deep directory would be very long.</summary>
    private Fd Open(string name)
    {
        using var fd = At.OpenMember(name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        var renamed = new Fd(fd.Number, top);
        fd.Release();
        return renamed;
    }

    private string PathOf(string name)
    {
        var names = _levels.Reverse().Select(level => level.Name).Append(name).Where(one => one.Length > 0);
        return string.Join('/', path.Length == 0 ? names : names.Prepend(path));
    }

    /// <summary>A directory that has been entered, with its members left to remove.</summary>
    private sealed record Level(string Name, ulong Device, ulong Inode)
    {
        public Queue<(string Name, MemberType Type)> Members { get; } = new();

        /// <summary>Whether members may be removed from it, as far as that is up to this user.</summary>
        public bool IsOpen { get; set; }

        /// <summary>The mode that it gets back if it stays; null if it was not changed.</summary>
        public uint? ModeBefore { get; set; }

        /// <summary>Whether a member of it stays.</summary>
        public bool IsNeeded { get; set; }
    }
}
