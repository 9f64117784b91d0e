using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Owner, mode and modification time of files and other nodes.</summary>
internal static class FileTraits
{
    public static bool IsRoot { get; } = Sys.EffectiveUser() == 0;

    /// <summary>Sets the modification time.</summary>
    public static unsafe void SetTime(this Fd fd, long seconds, uint nanoseconds) => SetTime(fd, null, seconds, nanoseconds);

    /// <summary>The same for a node opened with <see cref="OpenFlags.PathOnly"/>: a link, a fifo, a device.</summary>
    public static unsafe void SetNodeTime(this Fd node, long seconds, uint nanoseconds)
    {
        fixed (byte* link = node.LinkBytes())
        {
            SetTime(node, link, seconds, nanoseconds);
        }
    }

    /// <summary>Sets owner and group. Without root only the group is set, and ignored unless the user is a member.</summary>
    public static unsafe void SetOwner(this Fd fd, uint owner, uint group) => SetOwner(fd, null, owner, group);

    /// <summary>The same for a node opened with <see cref="OpenFlags.PathOnly"/>.</summary>
    public static unsafe void SetNodeOwner(this Fd node, uint owner, uint group)
    {
        fixed (byte* link = node.LinkBytes())
        {
            SetOwner(node, link, owner, group);
        }
    }

    /// <summary>Sets the permission bits of a node opened with <see cref="OpenFlags.PathOnly"/>; not for symbolic links, which have none.</summary>
    public static unsafe void SetNodeMode(this Fd node, uint mode)
    {
        fixed (byte* link = node.LinkBytes())
        {
            node.Check(Sys.ChangeModeOf(link, mode), "chmod");
        }
    }

    /// <summary>A path to the open file itself: if that is a symbolic link, it is not followed.</summary>
    internal static byte[] LinkBytes(this Fd fd) => Fd.PathBytes(ProcessFile.PathOf(fd.Number));

    /// <summary>Some file systems cannot leave the access time unchanged: there it is set to its current value.</summary>
    private static unsafe void SetTime(Fd fd, byte* link, long seconds, uint nanoseconds)
    {
        var times = stackalloc TimeSpec[2] { new TimeSpec { Nanoseconds = Sys.TimeOmit }, new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds } };
        if (TrySetTimes(fd, link, times))
        {
            CheckTime(fd, seconds);
            return;
        }

        var refused = LinuxException.Last("utimensat", fd.Name);
        StatxBuffer status;
        fixed (byte* itself = Fd.PathBytes(""))
        {
            if (Sys.Statx(fd.Number, itself, Sys.AtEmptyPath, StatxBuffer.BasicStats, &status) < 0)
            {
                throw refused;
            }
        }

        times[0] = new TimeSpec { Seconds = status.AccessedSeconds, Nanoseconds = status.AccessedNanoseconds };
        if (!TrySetTimes(fd, link, times))
        {
            throw refused;
        }

        CheckTime(fd, seconds);
    }

    /// <summary>A file system silently sets its first or last time in place of one that it cannot store; all can store those of 1970 to 2038.</summary>
    private static void CheckTime(Fd fd, long seconds)
    {
        if (seconds is < 0 or > int.MaxValue && FileStatus.Of(fd).ModifiedSeconds is var stored && stored != seconds && !IsRounded(stored, seconds))
        {
            throw new LinuxException("utimensat", fd.Name, Errno.OutOfRange);
        }
    }

    /// <summary>FAT stores even seconds.</summary>
    private static bool IsRounded(long stored, long seconds) => stored == seconds - 1 && seconds % 2 != 0;

    private static unsafe bool TrySetTimes(Fd fd, byte* link, TimeSpec* times) =>
        (link is null ? Sys.SetTimes(fd.Number, times) : Sys.SetTimesAt(Sys.AtFdCwd, link, times, 0)) == 0;

    private static unsafe void SetOwner(Fd fd, byte* link, uint owner, uint group)
    {
        owner = IsRoot ? owner : uint.MaxValue;
        var result = link is null ? Sys.ChangeOwner(fd.Number, owner, group) : Sys.ChangeOwnerAt(Sys.AtFdCwd, link, owner, group, 0);
        if (result == 0 || (!IsRoot && Marshal.GetLastPInvokeError() == Errno.NotPermitted))
        {
            return;
        }

        var refused = LinuxException.Last("chown", fd.Name);
        var status = FileStatus.Of(fd);
        if ((status.Owner, status.Group) != (IsRoot ? owner : status.Owner, group))
        {
            throw refused;
        }
    }
}
