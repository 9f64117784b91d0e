using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int AtFdCwd = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtSymlinkFollow = 0x400;
    public const int AtEmptyPath = 0x1000;

    public const int FcntlDuplicateCloseOnExec = 1030;
    public const int FcntlGetDescriptorFlags = 1;
    public const int FcntlGetFlags = 3;
    public const int FcntlSetFlags = 4;
    public const int FcntlSetPipeSize = 1031;
    public const int FcntlGetPipeSize = 1032;

    public const uint MemoryFileCloseOnExec = 1; // MFD_CLOEXEC

    public const int FallocateKeepSize = 1;
    public const int FallocatePunchHole = 2;
    public const int FallocateZeroRange = 0x10;

    public const uint IoctlBytesWaiting = 0x541B; // FIONREAD
    public const uint IoctlWindowSize = 0x5413; // TIOCGWINSZ
    public const uint IoctlGetTerminal = 0x5401; // TCGETS
    public const uint IoctlSetTerminalFlushed = 0x5404; // TCSETSF
    public const uint IoctlDeviceSize = 0x80081272; // BLKGETSIZE64

    [LibraryImport(Libc, EntryPoint = "openat", SetLastError = true)]
    public static unsafe partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport(Libc, EntryPoint = "memfd_create", SetLastError = true)]
    public static unsafe partial int MemoryFile(byte* name, uint flags);

    [LibraryImport(Libc, EntryPoint = "linkat", SetLastError = true)]
    public static unsafe partial int LinkAt(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport(Libc, EntryPoint = "renameat", SetLastError = true)]
    public static unsafe partial int RenameAt(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport(Libc, EntryPoint = "unlinkat", SetLastError = true)]
    public static unsafe partial int UnlinkAt(int directory, byte* path, int flags);

    [LibraryImport(Libc, EntryPoint = "readlink", SetLastError = true)]
    public static unsafe partial nint ReadLink(byte* path, byte* target, nuint size);

    [LibraryImport(Libc, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int fd, uint mode);

    [LibraryImport(Libc, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, nint argument);

    [LibraryImport(Libc, EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Ioctl(int fd, nuint request, void* argument);

    [LibraryImport(Libc, EntryPoint = "fallocate64", SetLastError = true)]
    public static partial int Fallocate(int fd, int mode, long offset, long length);

    [LibraryImport(Libc, EntryPoint = "posix_fadvise64")]
    public static partial int Advise(int fd, long offset, long length, int advice);

    [LibraryImport(Libc, EntryPoint = "umask")]
    public static partial uint Umask(uint mask);

    [LibraryImport(Libc, EntryPoint = "statx", SetLastError = true)]
    public static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport(Libc, EntryPoint = "fstatvfs64", SetLastError = true)]
    public static unsafe partial int StatVfs(int fd, StatVfsBuffer* buffer);

    [LibraryImport(Libc, EntryPoint = "fstatfs64", SetLastError = true)]
    public static unsafe partial int StatFs(int fd, StatFsBuffer* buffer);
}

/// <summary>struct statx, the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    public const uint BasicStats = 0x7FF;

    /// <summary>Bit of <see cref="Attributes"/>: the root of a mount. Kernels before 5.8 never set it.</summary>
    public const ulong MountRoot = 0x2000;

    [FieldOffset(8)]
    public ulong Attributes;

    [FieldOffset(16)]
    public uint Links;

    [FieldOffset(20)]
    public uint Owner;

    [FieldOffset(24)]
    public uint Group;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(48)]
    public ulong Blocks;

    [FieldOffset(64)]
    public long AccessedSeconds;

    [FieldOffset(72)]
    public uint AccessedNanoseconds;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(128)]
    public uint NumberMajor;

    [FieldOffset(132)]
    public uint NumberMinor;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}

/// <summary>struct statvfs of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct StatVfsBuffer
{
    [FieldOffset(8)]
    public ulong FragmentSize;

    [FieldOffset(16)]
    public ulong Blocks;

    [FieldOffset(32)]
    public ulong Available;
}

/// <summary>struct statfs of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct StatFsBuffer
{
    [FieldOffset(0)]
    public long Type;

    [FieldOffset(8)]
    public long BlockSize;

    [FieldOffset(24)]
    public ulong Free;

    [FieldOffset(32)]
    public ulong Available;
}

/// <summary>struct winsize.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort Width;
    public ushort Height;
}
