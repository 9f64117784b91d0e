using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>What statx(2) says of a file, as far as anybody asks.</summary>
/// <param name="Number">Of a device: major in the upper half.</param>
/// <param name="IsMountPoint">Something is mounted there. Kernels before 5.8 do not say it: then only <paramref name="Device"/> tells.</param>
internal readonly record struct FileStatus(
    uint Mode,
    uint Links,
    uint Owner,
    uint Group,
    long Size,
    long Blocks,
    ulong Inode,
    ulong Device,
    ulong Number,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    bool IsMountPoint = false)
{
    private const uint TypeMask = 0xF000;

    public uint Permissions => Mode & 0xFFF;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    public bool IsCharacterDevice => (Mode & TypeMask) == 0x2000;

    public bool IsPipe => (Mode & TypeMask) == 0x1000;

    public bool IsSocket => (Mode & TypeMask) == 0xC000;

    /// <summary>Fewer blocks on disk than its size needs: there are holes.</summary>
    public bool IsSparse => Blocks * 512 < Size;

    /// <summary>Somebody wrote into it between two looks.</summary>
    public bool HasChangedSince(in FileStatus before) =>
        (Size, ModifiedSeconds, ModifiedNanoseconds) != (before.Size, before.ModifiedSeconds, before.ModifiedNanoseconds);

    public static FileStatus Of(Fd fd) => Get(fd.Number, "", Sys.AtEmptyPath, fd.Name);

    /// <summary>Of what a path leads to; null if there is nothing.</summary>
    public static FileStatus? Of(string path) => Find(path, 0);

    /// <summary>Of what has that name, be it a symbolic link; null if there is nothing.</summary>
    public static FileStatus? OfName(string path) => Find(path, Sys.AtSymlinkNoFollow);

    /// <summary>Of a name in a directory; null if there is nothing. A name that no file can have is the name of nothing.</summary>
    internal static FileStatus? In(Fd directory, string name, bool follow) =>
        TryGet(directory.Number, name, follow ? 0 : Sys.AtSymlinkNoFollow, out var status) ? status
        : Marshal.GetLastPInvokeError() == Errno.NameTooLong ? null
        : NothingOr(Paths.Join(directory.Name, name));

    private static FileStatus? Find(string path, int flags) => TryGet(Sys.AtFdCwd, path, flags, out var status) ? status : NothingOr(path);

    private static FileStatus Get(int directory, string path, int flags, string name) =>
        TryGet(directory, path, flags, out var status) ? status : throw LinuxException.Last("statx", name);

    private static FileStatus? NothingOr(string name) =>
        Marshal.GetLastPInvokeError() == Errno.NoEntry ? null : throw LinuxException.Last("statx", name);

    private static unsafe bool TryGet(int directory, string path, int flags, out FileStatus status)
    {
        StatxBuffer buffer;
        fixed (byte* at = Fd.PathBytes(path))
        {
            if (Sys.Statx(directory, at, flags, StatxBuffer.BasicStats, &buffer) < 0)
            {
                status = default;
                return false;
            }
        }

        status = new FileStatus(
            buffer.Mode,
            buffer.Links,
            buffer.Owner,
            buffer.Group,
            (long)buffer.Size,
            (long)buffer.Blocks,
            buffer.Inode,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            ((ulong)buffer.NumberMajor << 32) | buffer.NumberMinor,
            buffer.ModifiedSeconds,
            buffer.ModifiedNanoseconds,
            (buffer.Attributes & StatxBuffer.MountRoot) != 0);
        return true;
    }
}
