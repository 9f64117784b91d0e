using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Tells what has a name now from what has the same name later.</summary>
internal readonly record struct NameIdentity(ulong Device, ulong Inode, long Seconds, uint Nanoseconds)
{
    /// <summary>Null if nothing has that name.</summary>
    public static NameIdentity? Of(string path) =>
        FileStatus.OfName(path) is { } file ? new NameIdentity(file.Device, file.Inode, file.ModifiedSeconds, file.ModifiedNanoseconds) : null;

    /// <summary>
    /// Removes the name if it still has this identity. The lock keeps another process from doing the same between the check and the
    /// removal: the name might then belong to a successor.
    /// </summary>
    public void Remove(string path)
    {
        try
        {
            using var held = Lock(path);
            if (Of(path) == this)
            {
                Paths.Remove(path);
            }
        }
        catch (LinuxException)
        {
            // It stays, and leads nowhere.
        }
    }

    /// <summary>Until it is disposed no process removes names beside this one, as far as the file system has locks.</summary>
    public static Fd Lock(string path)
    {
        var directory = Fd.Open(Paths.DirectoryOf(path), OpenFlags.ReadOnly | OpenFlags.Directory);
        _ = directory.TryLockWithRetry();
        return directory;
    }
}
