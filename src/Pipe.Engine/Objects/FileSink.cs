using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file. It stays unnamed, or has a temporary name where the file system requires one, until it is complete, verified and synced; then it
/// replaces the file that had the name.
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

    /// <param name="path">The destination; a symbolic link is followed.</param>
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

    public Fd? OpenReader() => _fd.Reopen(OpenFlags.ReadOnly);

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
        // A new file is one hole; its size is set at commit.
    }

    public void Commit(long size)
    {
        try
        {
            _fd.Truncate(size);
            Settle();
            _fd.Sync();
            Name();

            // The lock is held until the file has its name.
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

    /// <summary>Shortens a name, so that the temporary name built around it is not too long.</summary>
    internal static string Shorten(string name) => name.Length > 60 ? name[..60] : name;

    /// <summary>The permission bits to request for a new file.</summary>
    internal static uint ModeOf(int mode)
    {
        return mode == Terms.NoMode ? Permissions.Default : (uint)mode;
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

    /// <summary>
    /// Opens the temporary file under a fixed name, so that the next copy takes over the file of one that was killed; null if another copy is writing
    /// it.
    /// </summary>
    private static Fd? TryTakeLeft(string directory, string name, string shownAs)
    {
        // A write-only directory cannot be opened for reading.
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

    /// <summary>Syncs the directory, without which the name is not durable; a write-only directory cannot be opened.</summary>
    private void SyncDirectory()
    {
        try
        {
            Paths.KeepName(_target);
        }
        catch (LinuxException e) when (e.Errno == Errno.AccessDenied)
        {
            // The data are durable; the name soon will be.
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
