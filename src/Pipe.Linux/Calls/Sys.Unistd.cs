using System.Runtime.InteropServices;

namespace Pipe.Linux;

/// <summary>Bindings of system calls, as in section 2 of the manual. Only this assembly calls them.</summary>
internal static partial class Sys
{
    private const string Libc = "libc.so.6";

    [LibraryImport(Libc, EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport(Libc, EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport(Libc, EntryPoint = "pread64", SetLastError = true)]
    public static unsafe partial nint ReadAt(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport(Libc, EntryPoint = "pwrite64", SetLastError = true)]
    public static unsafe partial nint WriteAt(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport(Libc, EntryPoint = "preadv64v2", SetLastError = true)]
    public static unsafe partial nint ReadAt(int fd, IoVector* vectors, int count, long offset, int flags);

    [LibraryImport(Libc, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Libc, EntryPoint = "lseek64", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport(Libc, EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(int fd);

    [LibraryImport(Libc, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int fd);

    [LibraryImport(Libc, EntryPoint = "ftruncate64", SetLastError = true)]
    public static partial int Truncate(int fd, long length);

    [LibraryImport(Libc, EntryPoint = "pipe2", SetLastError = true)]
    public static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport(Libc, EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport(Libc, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport(Libc, EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport(Libc, EntryPoint = "mmap64", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport(Libc, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport(Libc, EntryPoint = "getrandom", SetLastError = true)]
    public static unsafe partial nint GetRandom(byte* buffer, nuint length, uint flags);

    [LibraryImport(Libc, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport(Libc, EntryPoint = "isatty", SetLastError = true)]
    public static partial int IsTerminal(int fd);

    [LibraryImport(Libc, EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int Fd;
    public short Events;
    public short Returned;

    public const short In = 1;
    public const short Out = 4;
    public const short Error = 8;
    public const short HangUp = 16;
}
