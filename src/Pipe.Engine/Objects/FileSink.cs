using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file. It has no name, or where the file system cannot do that a temporary one, until all of it is there, checked and synced;
/// then it takes the place of what had the name before.
/// </summary>
internal sealed class FileSink : ISink
{
    private readonly string _target;
    private readonly string _temporary;
    private readonly uint _mode;
    private readonly Permissions _permissions = new();
    private readonly Fd _fd;
    private readonly Lock _naming = new();
    private bool _isNamed;
    private bool _isCommitted;
    private bool _isAborted;

    /// <param name="path">Where the file is to be; a symbolic link is followed.</param>
    /// <param name="mode">Permission bits of the source, or <see cref="Terms.NoMode"/>.</param>
    public FileSink(string path, int mode)
    {
        try
        {
            _mode = ModeOf(mode);
            _target = FileStatus.Of(path) is null ? path : Paths.Resolve(path) ?? path;
            var directory = Paths.DirectoryOf(_target);
            (_fd, _temporary, _isNamed) = Open(directory, $".{Shorten(Paths.NameOf(_target))}.pipe-", path);
        }
        catch (LinuxException e)
        {
            Dispose();
            throw ObjectFailure.Of(e);
        }
    }

    public bool IsOrdered => false;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _fd.WriteAllAt(bytes, offset);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public void Hole(long offset, long length)
    {
        // A new file is one hole; its size is set in the end.
    }

    public void Commit(long size)
    {
        try
        {
            _fd.Truncate(size);
            Settle();
            _fd.Sync();
            Name();

            // Its lock stays until it has its name.
            using var sameLock = _fd.Duplicate();
            _fd.Close();
            Rename();
            SyncDirectory();
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public void Abort()
    {
        lock (_naming)
        {
            _isAborted = true;
            if (_isNamed && !_isCommitted)
            {
                Remove();
            }
        }
    }

    public void Dispose()
    {
        Abort();
        _fd?.Dispose();
    }

    /// <summary>A name that leaves room for ours around it.</summary>
    internal static string Shorten(string name) => name.Length > 60 ? name[..60] : name;

    /// <summary>What a new file is asked to have.</summary>
    internal static uint ModeOf(int mode)
    {
        const uint ofPipe = 0x1B6; // rw-rw-rw-
        return mode == Terms.NoMode ? ofPipe : (uint)mode;
    }

    private static (Fd Fd, string Temporary, bool IsNamed) Open(string directory, string prefix, string name)
    {
        var unique = Paths.Join(directory, prefix + Convert.ToHexStringLower(Entropy.Bytes(6)));
        try
        {
            return (Fd.Open(directory, OpenFlags.WriteOnly | OpenFlags.Nameless, Permissions.Ours, name), unique, false);
        }
        catch (LinuxException e) when (e.Errno is Errno.NotSupported or Errno.IsDirectory or Errno.Invalid)
        {
            return TryTakeLeft(directory, prefix + "new", Paths.NameOf(name)) is { } left
                ? (left, Paths.Join(directory, prefix + "new"), true)
                : (Fd.Open(unique, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, Permissions.Ours, name), unique, true);
        }
    }

    /// <summary>The same name each time, so that the next copy takes up what one has left that was killed; null if one is at work on it.</summary>
    private static Fd? TryTakeLeft(string directory, string name, string shownAs)
    {
        // A drop box lets nobody read it.
        using var folder = new Folder(Fd.Open(directory, OpenFlags.PathOnly | OpenFlags.Directory));
        var left = PartFile.TryTake(folder, name, shownAs);
        left?.Truncate(0);
        return left;
    }

    private void Settle()
    {
        using var folder = Folder.Open(Paths.DirectoryOf(_target));
        _permissions.Settle(_fd, folder, Paths.NameOf(_target), _mode);
    }

    private void Name()
    {
        lock (_naming)
        {
            ThrowIfAborted();
            if (!_isNamed)
            {
                _isNamed = Paths.TryLink(_fd, _temporary) ? true : throw new LinuxException("link", _target, Errno.Exists);
            }
        }
    }

    private void Rename()
    {
        lock (_naming)
        {
            ThrowIfAborted();
            Paths.Rename(_temporary, _target);
            _isCommitted = true;
        }
    }

    /// <summary>The name is durable only when its directory is; a drop box lets nobody in.</summary>
    private void SyncDirectory()
    {
        try
        {
            Paths.KeepName(_target);
        }
        catch (LinuxException e) when (e.Errno == Errno.AccessDenied)
        {
            // What was written is durable; its name will be soon.
        }
    }

    private void ThrowIfAborted()
    {
        if (_isAborted)
        {
            throw new Failure(ExitCode.Interrupted, $"{_target}: given up before it was complete");
        }
    }

    private void Remove() => _isNamed &= !Paths.TryRemove(_temporary);
}
