using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file that is kept under a partial name if the copy is interrupted, so that the next copy can resume it. Once complete, verified and synced, it
/// replaces the file that had the name, as <see cref="FileSink"/> does.
/// </summary>
internal sealed class ResumedFileSink : ISink
{
    private readonly AtomicFile _file;
    private readonly string _name;
    private readonly uint _mode;
    private readonly Permissions _permissions = new();
    private readonly Fd _fd;
    private readonly long _present;

    private ResumedFileSink(Folder folder, string name, Fd part, int mode, bool copies)
    {
        (_name, _fd) = (name, part);
        _file = new AtomicFile(folder, part, PartFile.Of(name), isKept: true);
        _mode = FileSink.ModeOf(mode);
        if (copies && FileStatus.Of(_fd).Size == 0)
        {
            CopyOld();
        }

        _present = FileStatus.Of(_fd).Size;
        Kept = new KeptPieces(_fd, _present, Defaults.Block);
    }

    /// <summary>Null where the file system has no locks, so that another copy may be writing the partial file.</summary>
    /// <param name="path">The destination; a symbolic link is followed.</param>
    /// <param name="mode">Permission bits of the source, or <see cref="Terms.NoMode"/>. A replaced file passes on its own.</param>
    /// <param name="copiesOld">Whether the contents of the file that it replaces are kept where they are right.</param>
    /// <param name="waiting">Called with the reason for a wait, and with an empty text after it.</param>
    public static ResumedFileSink? TryOpen(string path, int mode, bool copiesOld = true, Action<string>? waiting = null)
    {
        var old = FileStatus.Of(path);
        var target = old is null ? path : Paths.Resolve(path) ?? path;
        var name = Paths.NameOf(target);
        var folder = Folder.Of(target);
        Fd? part = null;
        try
        {
            part = Take(folder, PartFile.Of(name), path, waiting ?? (static _ => { }));
            if (part is not null)
            {
                return new ResumedFileSink(folder, name, part, mode, copies: copiesOld && old is { IsRegular: true });
            }

            folder.Dispose();
            return null;
        }
        catch (Exception e)
        {
            part?.Dispose();
            folder.Dispose();
            throw e is LinuxException cause ? Failure.Of(cause) : e;
        }
    }

    public bool IsOrdered => false;

    public KeptPieces Kept { get; }

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

    /// <summary>After the earlier data the file is one hole.</summary>
    public void Hole(long offset, long length)
    {
        if (offset < _present)
        {
            _fd.Zero(offset, Math.Min(length, _present - offset));
        }
    }

    public void Commit(long size)
    {
        try
        {
            _fd.Truncate(size);
            _permissions.Settle(_fd, _file.Folder, _name, _mode);
            Kept.Dispose();
            _file.Commit(_name);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
        catch (OperationCanceledException)
        {
            throw new Failure(ExitCode.Interrupted, $"{_file.Folder.NameOf(_name)}: given up before it was complete");
        }
    }

    public void Abort() => _file.Abandon();

    public void Dispose()
    {
        Abort();
        Kept.Dispose();
        RemoveIfEmpty();
        _file.Dispose();
    }

    /// <summary>Null where there are no locks. A server that lost its client holds the lock for a while.</summary>
    private static Fd? Take(Folder folder, string part, string path, Action<string> waiting)
    {
        if (folder.Status(part, follow: false) is not null && PartFile.AwaitFree(folder, part, waiting) is not true and var isFree)
        {
            return isFree is null ? null : throw InUse(path);
        }

        return PartFile.TryTake(folder, part, Paths.NameOf(path), out var hasLocks)?.ShownAs(path) is { } taken ? taken
            : hasLocks ? throw InUse(path)
            : null;
    }

    private static Failure InUse(string path) => new(
        ExitCode.Objects,
        $"{path}: another copy is at work on it",
        "wait until that has ended");

    /// <summary>Copies the file to be replaced into the partial file, so that identical pieces need not be sent.</summary>
    private void CopyOld()
    {
        using var old = _file.Folder.OpenMember(_name, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var size = FileStatus.Of(old).Size;
        for (var data = old.NextData(0, size); data < size;)
        {
            var hole = old.NextHole(data, size);
            old.CopyTo(_fd, data, hole - data);
            data = hole < size ? old.NextData(hole, size) : size;
        }
    }

    private void RemoveIfEmpty()
    {
        try
        {
            if (!_file.IsInPlace && FileStatus.Of(_fd).Size == 0)
            {
                _file.Discard();
            }
        }
        catch (LinuxException)
        {
            // The file stays under its partial name.
        }
    }
}
