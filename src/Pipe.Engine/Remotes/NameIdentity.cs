using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Identifies the file that has a name now, to tell it from a later file of the same name.</summary>
internal readonly record struct NameIdentity(ulong Device, ulong Inode, long Seconds, uint Nanoseconds)
{
    /// <summary>Null if the name does not exist.</summary>
    public static NameIdentity? Of(string path) =>
        FileStatus.OfName(path) is { } file ? new NameIdentity(file.Device, file.Inode, file.ModifiedSeconds, file.ModifiedNanoseconds) : null;

    /// <summary>
    /// Removes the name if it still has this identity. The lock keeps another process from doing the same between the check and the removal, when the
    /// name might already belong to a successor.
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
            // The name stays, but nothing listens there.
        }
    }

    /// <summary>Until it is disposed, no other process removes names here, if the file system has locks.</summary>
    public static Fd Lock(string path)
    {
        var directory = Fd.Open(Paths.DirectoryOf(path), OpenFlags.ReadOnly | OpenFlags.Directory);
        _ = directory.TryLockWithRetry();
        return directory;
    }
}
