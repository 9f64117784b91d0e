using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Where in a file data are, and where they may go: holes, sizes, free space, cache.</summary>
internal static class FileSpace
{
    private const int SeekCurrent = 1;
    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>Bytes of a block device.</summary>
    public static unsafe long DeviceSize(this Fd fd)
    {
        ulong size;
        fd.Check(Sys.Ioctl(fd.Number, Sys.IoctlDeviceSize, &size), "ioctl");
        return (long)size;
    }

    /// <summary>The file offset, or -1 for what has none.</summary>
    public static long Position(this Fd fd) => Sys.Seek(fd.Number, 0, SeekCurrent);

    public static void SetPosition(this Fd fd, long offset)
    {
        if (Sys.Seek(fd.Number, offset, 0) < 0)
        {
            LinuxException.Throw("lseek", fd.Name);
        }
    }

    /// <summary>The first offset from here on that holds data; <paramref name="end"/> if only a hole is left.</summary>
    public static long NextData(this Fd fd, long from, long end) => Next(fd, from, end, SeekData);

    /// <summary>The first offset from here on that lies in a hole; <paramref name="end"/> if there is none.</summary>
    public static long NextHole(this Fd fd, long from, long end) => Next(fd, from, end, SeekHole);

    public static void Truncate(this Fd fd, long length) => fd.Check(Sys.Truncate(fd.Number, length), "ftruncate");

    /// <summary>Makes a stretch of a file read as zeros and gives its blocks back; false where the file system cannot.</summary>
    public static bool TryPunch(this Fd fd, long offset, long length)
    {
        if (Sys.Fallocate(fd.Number, Sys.FallocateKeepSize | Sys.FallocatePunchHole, offset, length) == 0)
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() is Errno.NotSupported or Errno.Invalid or Errno.NoDevice)
        {
            return false;
        }

        throw LinuxException.Last("fallocate", fd.Name);
    }

    /// <summary>Makes a stretch of a file read as zeros and keeps its blocks; false where the file system cannot.</summary>
    public static bool TryZeroRange(this Fd fd, long offset, long length)
    {
        if (Sys.Fallocate(fd.Number, Sys.FallocateKeepSize | Sys.FallocateZeroRange, offset, length) == 0)
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() is Errno.NotSupported or Errno.Invalid or Errno.NoDevice)
        {
            return false;
        }

        throw LinuxException.Last("fallocate", fd.Name);
    }

    /// <summary>Makes a stretch read as zeros, one way or another.</summary>
    public static void Zero(this Fd fd, long offset, long length)
    {
        if (fd.TryPunch(offset, length))
        {
            return;
        }

        var zeros = new byte[64 * 1024];
        for (var done = 0L; done < length; done += zeros.Length)
        {
            fd.WriteAllAt(zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - done)), offset + done);
        }
    }

    public static long FreeBytes(this Fd fd) => fd.Capacity().Free;

    /// <summary>Bytes of the file system: all of them, and those that we may still have.</summary>
    public static unsafe (long All, long Free) Capacity(this Fd fd)
    {
        StatVfsBuffer buffer;
        fd.Check(Sys.StatVfs(fd.Number, &buffer), "statvfs");
        return ((long)(buffer.Blocks * buffer.FragmentSize), (long)(buffer.Available * buffer.FragmentSize));
    }

    /// <summary>Gets room for a stretch behind the end of a file, which stays as long as it is; false where the file system cannot.</summary>
    public static bool TryReserve(this Fd fd, long offset, long length)
    {
        while (Sys.Fallocate(fd.Number, Sys.FallocateKeepSize, offset, length) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Interrupted:
                    break;
                case Errno.NotSupported or Errno.Invalid or Errno.NoDevice or Errno.NotImplemented:
                    return false;
                default:
                    throw LinuxException.Last("fallocate", fd.Name);
            }
        }

        return true;
    }

    /// <summary>Flags of the open file, see <see cref="OpenFlags"/>.</summary>
    public static int Flags(this Fd fd) => Sys.Fcntl(fd.Number, Sys.FcntlGetFlags, 0);

    /// <summary>From now on no call on this open file waits, of whoever shares it.</summary>
    public static void SetNonBlocking(this Fd fd) => fd.Check(Sys.Fcntl(fd.Number, Sys.FcntlSetFlags, fd.Flags() | OpenFlags.NonBlocking), "fcntl");

    public static void ChangeMode(this Fd fd, uint mode) => fd.Check(Sys.ChangeMode(fd.Number, mode), "fchmod");

    /// <summary>False on a file system that has no such permission bits, or does not let us set them.</summary>
    public static bool TryChangeMode(this Fd fd, uint mode) => Sys.ChangeMode(fd.Number, mode) == 0;

    /// <summary>Makes everything on the file system of this file durable.</summary>
    public static void SyncFileSystem(this Fd fd)
    {
        try
        {
            fd.Check(Sys.SyncFileSystem(fd.Number), "syncfs");
        }
        catch (LinuxException e) when (e.Errno == Errno.BadFd)
        {
            // A directory that may be entered and not read.
            Sys.SyncAll();
        }
    }

    /// <summary>Makes the names in a directory durable, where its file system can do that.</summary>
    public static void SyncDirectory(this Fd fd)
    {
        try
        {
            fd.Sync();
        }
        catch (LinuxException e) when (e.Errno is Errno.Invalid or Errno.NotSupported or Errno.BadFd)
        {
            // Some file systems have nothing to sync there; some directories may be entered and not read.
        }
    }

    /// <summary>False if another open file has the lock. It goes with this one. True where there are no locks: nobody has it then.</summary>
    public static bool TryLock(this Fd fd) => fd.TryLockIfAny() is not false;

    /// <summary>The same; null where the file system has no locks, which NFS and FUSE may not have.</summary>
    public static bool? TryLockIfAny(this Fd fd) => Sys.Lock(fd.Number, Sys.LockExclusive | Sys.LockNonBlocking) == 0 ? true
        : Marshal.GetLastPInvokeError() is Errno.NotImplemented or Errno.NoLocks or Errno.NotSupported or Errno.Invalid ? null : false;

    /// <summary>Has the lock together with others; false if somebody has it alone. True where there are no locks: nobody has it then.</summary>
    public static bool TryShareLock(this Fd fd) =>
        Sys.Lock(fd.Number, Sys.LockShared | Sys.LockNonBlocking) == 0 || Marshal.GetLastPInvokeError() != Errno.Again;

    /// <summary>Leaves the lock to others.</summary>
    public static void Unlock(this Fd fd) => _ = Sys.Lock(fd.Number, Sys.LockNone);

    /// <summary>As above, but a child that is just being started may hold a lock of ours for a moment: tries until then.</summary>
    public static bool TryLockSoon(this Fd fd)
    {
        const int tries = 20;
        for (var i = 0; i < tries; i++)
        {
            if (fd.TryLock())
            {
                return true;
            }

            Thread.Sleep(25);
        }

        return false;
    }

    /// <summary>Copies a stretch of a file to the same place in another, inside the kernel.</summary>
    /// <exception cref="LinuxException">It could not be copied, or the file ends before.</exception>
    public static unsafe void CopyTo(this Fd fd, Fd to, long offset, long length)
    {
        var (from, at) = (offset, offset);
        while (from < offset + length)
        {
            var count = Sys.CopyFileRange(fd.Number, &from, to.Number, &at, (nuint)(offset + length - from), 0);
            if (count == 0)
            {
                throw new LinuxException("copy_file_range", fd.Name, Errno.Invalid);
            }

            fd.Check((int)Math.Min(count, 1), "copy_file_range");
        }
    }

    /// <summary>Says that the file will be read front to back.</summary>
    public static void AdviseSequential(this Fd fd)
    {
        const int sequential = 2;
        _ = Sys.Advise(fd.Number, 0, 0, sequential);
    }

    private static long Next(Fd fd, long from, long end, int whence)
    {
        var found = Sys.Seek(fd.Number, from, whence);
        if (found >= 0)
        {
            return Math.Min(found, end);
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.NoDataOrHole => end,
            Errno.Invalid => whence == SeekData ? from : end, // no holes here: all is data
            _ => throw LinuxException.Last("lseek", fd.Name),
        };
    }
}
