using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>The fields of statx(2) that this program uses.</summary>
/// <param name="Number">The device number of a device node: major in the upper half.</param>
/// <param name="IsMountPoint">The root of a mount. Always false on kernels before 5.8, where only a change of <paramref name="Device"/> shows a mount.</param>
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
    /// <summary>Bytes of one of the <see cref="Blocks"/>.</summary>
    public const int BlockSize = 512;

    private const uint TypeMask = 0xF000;

    public uint Permissions => Mode & 0xFFF;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    public bool IsCharacterDevice => (Mode & TypeMask) == 0x2000;

    public bool IsPipe => (Mode & TypeMask) == 0x1000;

    public bool IsSocket => (Mode & TypeMask) == 0xC000;

    /// <summary>Fewer blocks are allocated than the size needs, so the file has holes.</summary>
    public bool IsSparse => Blocks * BlockSize < Size;

    /// <summary>Whether size or modification time differ from an earlier status.</summary>
    public bool HasChangedSince(in FileStatus before) =>
        (Size, ModifiedSeconds, ModifiedNanoseconds) != (before.Size, before.ModifiedSeconds, before.ModifiedNanoseconds);

    public static FileStatus Of(Fd fd) => Get(fd.Number, "", Sys.AtEmptyPath, fd.Name);

    /// <summary>The status of the file that a path resolves to; null if it does not exist.</summary>
    public static FileStatus? Of(string path) => Find(path, 0);

    /// <summary>The same without following a final symbolic link.</summary>
    public static FileStatus? OfName(string path) => Find(path, Sys.AtSymlinkNoFollow);

    /// <summary>The status of a member of a directory; null if it does not exist, or if the name is too long for any file.</summary>
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
