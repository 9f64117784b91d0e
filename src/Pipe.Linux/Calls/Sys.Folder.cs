using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int AtRemoveDirectory = 0x200;
    public const uint RenameNoReplace = 1;
    public const ulong ResolveBeneath = 8;
    public const ulong ResolveNoMagicLinks = 2;
    public const ulong ResolveNoSymlinks = 4;
    public const long TimeOmit = 0x3FFFFFFE;
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int LockNone = 8;
    public const int GlobTildeCheck = 1 << 14;

    public static nint NumberOfOpenAt2 => 437;

    public static nint NumberOfMakeNodeAt => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 33 : 259;

    public static nint NumberOfRenameAt2 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 276 : 316;

    /// <summary>For system calls that older C libraries do not wrap.</summary>
    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint Call(nint number, nint first, byte* second, nint third, nint fourth);

    [LibraryImport(Libc, EntryPoint = "mkdirat", SetLastError = true)]
    public static unsafe partial int MakeDirectoryAt(int directory, byte* path, uint mode);

    [LibraryImport(Libc, EntryPoint = "symlinkat", SetLastError = true)]
    public static unsafe partial int SymbolicLinkAt(byte* target, int directory, byte* path);

    [LibraryImport(Libc, EntryPoint = "readlinkat", SetLastError = true)]
    public static unsafe partial nint ReadLinkAt(int directory, byte* path, byte* target, nuint size);

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint Call(nint number, nint first, byte* second, nint third, byte* fourth, nint fifth);

    [LibraryImport(Libc, EntryPoint = "fchownat", SetLastError = true)]
    public static unsafe partial int ChangeOwnerAt(int directory, byte* path, uint owner, uint group, int flags);

    [LibraryImport(Libc, EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int fd, uint owner, uint group);

    [LibraryImport(Libc, EntryPoint = "utimensat", SetLastError = true)]
    public static unsafe partial int SetTimesAt(int directory, byte* path, TimeSpec* accessAndModification, int flags);

    [LibraryImport(Libc, EntryPoint = "futimens", SetLastError = true)]
    public static unsafe partial int SetTimes(int fd, TimeSpec* accessAndModification);

    [LibraryImport(Libc, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(int fd);

    [LibraryImport(Libc, EntryPoint = "sync")]
    public static partial void SyncAll();

    [LibraryImport(Libc, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int fd, int operation);

    [LibraryImport(Libc, EntryPoint = "copy_file_range", SetLastError = true)]
    public static unsafe partial nint CopyFileRange(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport(Libc, EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenStream(int fd);

    [LibraryImport(Libc, EntryPoint = "readdir64", SetLastError = true)]
    public static unsafe partial DirectoryRecord* ReadStream(nint stream);

    [LibraryImport(Libc, EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseStream(nint stream);

    [LibraryImport(Libc, EntryPoint = "flistxattr", SetLastError = true)]
    public static unsafe partial nint ListAttributes(int fd, byte* names, nuint size);

    [LibraryImport(Libc, EntryPoint = "listxattr", SetLastError = true)]
    public static unsafe partial nint ListAttributesOf(byte* path, byte* names, nuint size);

    [LibraryImport(Libc, EntryPoint = "getxattr", SetLastError = true)]
    public static unsafe partial nint GetAttributeOf(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport(Libc, EntryPoint = "setxattr", SetLastError = true)]
    public static unsafe partial int SetAttributeOf(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Libc, EntryPoint = "chmod", SetLastError = true)]
    public static unsafe partial int ChangeModeOf(byte* path, uint mode);

    [LibraryImport(Libc, EntryPoint = "fgetxattr", SetLastError = true)]
    public static unsafe partial nint GetAttribute(int fd, byte* name, byte* value, nuint size);

    [LibraryImport(Libc, EntryPoint = "fsetxattr", SetLastError = true)]
    public static unsafe partial int SetAttribute(int fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Libc, EntryPoint = "fremovexattr", SetLastError = true)]
    public static unsafe partial int RemoveAttribute(int fd, byte* name);

    [LibraryImport(Libc, EntryPoint = "glob64", SetLastError = true)]
    public static unsafe partial int Glob(byte* pattern, int flags, nint error, GlobBuffer* found);

    [LibraryImport(Libc, EntryPoint = "globfree64")]
    public static unsafe partial void FreeGlob(GlobBuffer* found);
}

/// <summary>struct timespec of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary>struct dirent64; the name extends to its NUL.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct DirectoryRecord
{
    [FieldOffset(18)]
    public byte Type;

    [FieldOffset(19)]
    public byte Name;
}

/// <summary>glob64_t.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct GlobBuffer
{
    [FieldOffset(0)]
    public nuint Count;

    [FieldOffset(8)]
    public byte** Paths;
}

/// <summary>struct open_how.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}
