using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Operations on an open file beyond reading and writing: holes, sizes, free space, syncing, locks.</summary>
internal static class FileSpace
{
    private const int SeekCurrent = 1;
    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>Size of a block device in bytes.</summary>
    public static unsafe long DeviceSize(this Fd fd)
    {
        ulong size;
        fd.Check(Sys.Ioctl(fd.Number, Sys.IoctlDeviceSize, &size), "ioctl");
        return (long)size;
    }

    /// <summary>The file offset; -1 if the file is not seekable.</summary>
    public static long Position(this Fd fd) => Sys.Seek(fd.Number, 0, SeekCurrent);

    public static void SetPosition(this Fd fd, long offset)
    {
        if (Sys.Seek(fd.Number, offset, 0) < 0)
        {
            LinuxException.Throw("lseek", fd.Name);
        }
    }

    /// <summary>Advances the file offset.</summary>
    public static void Skip(this Fd fd, long length)
    {
        if (Sys.Seek(fd.Number, length, SeekCurrent) < 0)
        {
            LinuxException.Throw("lseek", fd.Name);
        }
    }

    /// <summary>The first offset at or after <paramref name="from"/> that holds data; <paramref name="end"/> if the rest is a hole.</summary>
    public static long NextData(this Fd fd, long from, long end) => Next(fd, from, end, SeekData);

    /// <summary>The first offset at or after <paramref name="from"/> that lies in a hole; <paramref name="end"/> if there is none before it.</summary>
    public static long NextHole(this Fd fd, long from, long end) => Next(fd, from, end, SeekHole);

    public static void Truncate(this Fd fd, long length) => fd.Check(Sys.Truncate(fd.Number, length), "ftruncate");

    /// <summary>Punches a hole, which reads as zeros and takes no blocks; false if the file system does not support it.</summary>
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

    /// <summary>Zeroes a range and keeps its blocks; false if the file system cannot.</summary>
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

    /// <summary>Zeroes a range: punches a hole, or else writes zeros.</summary>
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

    /// <summary>Bytes of the file system: in total, and available to this user.</summary>
    public static unsafe (long All, long Free) Capacity(this Fd fd)
    {
        StatVfsBuffer buffer;
        fd.Check(Sys.StatVfs(fd.Number, &buffer), "statvfs");
        return ((long)(buffer.Blocks * buffer.FragmentSize), (long)(buffer.Available * buffer.FragmentSize));
    }

    /// <summary>Bytes that this user can still store; -1 if unknown, and where the file system may compress them, so that the number says little.</summary>
    public static unsafe long RoomFor(this Fd fd)
    {
        const long btrfs = 0x9123683E;
        const long zfs = 0x2FC12FC1;
        const long bcachefs = 0xCA451A4E;
        const long f2fs = 0xF2F52010;
        StatFsBuffer buffer;
        return Sys.StatFs(fd.Number, &buffer) < 0 || buffer.Type is btrfs or zfs or bcachefs or f2fs ? -1
            : (long)(Ids.EffectiveUser == 0 ? buffer.Free : buffer.Available) * buffer.BlockSize;
    }

    /// <summary>Reserves space past the end of a file without changing its size; false if the file system does not support it.</summary>
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

    /// <summary>Makes the open file non-blocking, for every process that shares it.</summary>
    public static void SetNonBlocking(this Fd fd) => fd.Check(Sys.Fcntl(fd.Number, Sys.FcntlSetFlags, fd.Flags() | OpenFlags.NonBlocking), "fcntl");

    public static void ChangeMode(this Fd fd, uint mode) => fd.Check(Sys.ChangeMode(fd.Number, mode), "fchmod");

    /// <summary>False if the file system has no such permission bits or does not let this user set them.</summary>
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
            // A directory without read permission is opened with O_PATH, which syncfs refuses.
            Sys.SyncAll();
        }
    }

    /// <summary>Makes the names in a directory durable, if its file system can.</summary>
    public static void SyncDirectory(this Fd fd)
    {
        try
        {
            fd.Sync();
        }
        catch (LinuxException e) when (e.Errno is Errno.Invalid or Errno.NotSupported or Errno.BadFd)
        {
            // Some file systems do not sync directories; a directory without read permission is opened with O_PATH, which fsync refuses.
        }
    }

    /// <summary>Takes an exclusive lock that ends with the open file; false if another open file holds one. True if the file system has no locks.</summary>
    public static bool TryLock(this Fd fd) => fd.TryLockIfSupported() is not false;

    /// <summary>The same, but null if the file system has no locks, as on some NFS and FUSE mounts.</summary>
    public static bool? TryLockIfSupported(this Fd fd) => Sys.Lock(fd.Number, Sys.LockExclusive | Sys.LockNonBlocking) == 0 ? true
        : Marshal.GetLastPInvokeError() is Errno.NotImplemented or Errno.NoLocks or Errno.NotSupported or Errno.Invalid ? null : false;

    /// <summary>Takes a shared lock; false if another open file holds an exclusive one. True if the file system has no locks.</summary>
    public static bool TryShareLock(this Fd fd) =>
        Sys.Lock(fd.Number, Sys.LockShared | Sys.LockNonBlocking) == 0 || Marshal.GetLastPInvokeError() != Errno.Again;

    /// <summary>Releases the lock.</summary>
    public static void Unlock(this Fd fd) => _ = Sys.Lock(fd.Number, Sys.LockNone);

    /// <summary>Like <see cref="TryLock"/>, but retries: between fork and exec a child briefly holds copies of our locks.</summary>
    public static bool TryLockWithRetry(this Fd fd)
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

    /// <summary>Copies a range of a file to the same offset of another, inside the kernel.</summary>
    /// <exception cref="LinuxException">The copy failed, or the range extends past the end of the file.</exception>
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

    /// <summary>Tells the kernel that the file will be read sequentially.</summary>
    public static void AdviseSequential(this Fd fd)
    {
        const int sequential = 2;
        _ = Sys.Advise(fd.Number, 0, 0, sequential);
    }

    /// <summary>Removes the synced pages of the file from the page cache, where the kernel does that.</summary>
    public static void DropCache(this Fd fd)
    {
        const int dontNeed = 4;
        _ = Sys.Advise(fd.Number, 0, 0, dontNeed);
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
            Errno.Invalid => whence == SeekData ? from : end, // the file system does not report holes: treat everything as data
            _ => throw LinuxException.Last("lseek", fd.Name),
        };
    }
}
