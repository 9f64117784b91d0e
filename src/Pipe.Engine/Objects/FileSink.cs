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
    private readonly uint _mode;
    private readonly Permissions _permissions = new();
    private readonly AtomicFile _file;
    private readonly Fd _fd;

    /// <param name="path">The destination; a symbolic link is followed.</param>
    /// <param name="mode">Permission bits of the source, or <see cref="Terms.NoMode"/>.</param>
    public FileSink(string path, int mode)
    {
        try
        {
            _mode = ModeOf(mode);
            _target = FileStatus.Of(path) is null ? path : Paths.Resolve(path) ?? path;
            _file = Open($".{Shorten(Paths.NameOf(_target))}.pipe-", path);
            _fd = _file.Fd;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public bool IsOrdered => false;

    public long Free => _fd.RoomFor();

    public Fd? OpenReader() => _fd.Reopen(OpenFlags.ReadOnly);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _fd.WriteAllAt(bytes, offset);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
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
            var name = Paths.NameOf(_target);
            _fd.Truncate(size);
            _permissions.Settle(_fd, _file.Folder, name, _mode);
            _file.Commit(name);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
        catch (OperationCanceledException)
        {
            throw new Failure(ExitCode.Interrupted, $"{_target}: given up before it was complete");
        }
    }

    public void Abort() => _file.Abandon();

    public void Dispose() => _file.Dispose();

    /// <summary>Shortens a name, so that the temporary name built around it is not too long.</summary>
    internal static string Shorten(string name) => name.Length > 60 ? name[..60] : name;

    /// <summary>The permission bits to request for a new file.</summary>
    internal static uint ModeOf(int mode) => mode == Terms.NoMode ? Permissions.Default : (uint)mode;

    private AtomicFile Open(string prefix, string shownAs)
    {
        var unique = prefix + Convert.ToHexStringLower(Entropy.Bytes(6));
        try
        {
            return AtomicFile.CreateNameless(Folder.Of(_target), unique, Permissions.Ours, shownAs);
        }
        catch (LinuxException e) when (e.Errno is Errno.NotSupported or Errno.IsDirectory or Errno.Invalid)
        {
            return TryTakeLeft(prefix + "new", shownAs) ?? AtomicFile.Create(Folder.Of(_target), unique, Permissions.Ours, shownAs: shownAs);
        }
    }

    /// <summary>
    /// Opens the temporary file under a fixed name, so that the next copy takes over the file of one that was killed; null if another copy is writing
    /// it.
    /// </summary>
    private AtomicFile? TryTakeLeft(string name, string shownAs)
    {
        var folder = Folder.Of(_target);
        try
        {
            if (PartFile.TryTake(folder, name, Paths.NameOf(shownAs))?.ShownAs(shownAs) is { } left)
            {
                left.Truncate(0);
                return new AtomicFile(folder, left, name, isKept: false);
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        folder.Dispose();
        return null;
    }
}
