using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int Inet = 2;
    public const int Inet6 = 10;
    public const int SockStream = 1;
    public const int SockDatagram = 2;
    public const int SockNonBlocking = 0x800;
    public const int SockCloseOnExec = 0x80000;
    public const int MessageNoSignal = 0x4000;
    public const int MessageDontWait = 0x40;
    public const int MessageWaitAll = 0x100;

    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int LevelIpv6 = 41;
    public const int OptionReuseAddress = 2;
    public const int OptionError = 4;
    public const int OptionSendBuffer = 7;
    public const int OptionReceiveBuffer = 8;
    public const int OptionKeepAlive = 9;
    public const int OptionTcpNoDelay = 1;
    public const int OptionTcpKeepIdle = 4;
    public const int OptionTcpKeepInterval = 5;
    public const int OptionTcpKeepCount = 6;
    public const int OptionTcpInfo = 11;
    public const int OptionTcpCongestion = 13;
    public const int OptionTcpUserTimeout = 18;
    public const int OptionIpv6Only = 26;

    [LibraryImport(Libc, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Libc, EntryPoint = "bind", SetLastError = true)]
    public static unsafe partial int Bind(int fd, byte* address, uint length);

    [LibraryImport(Libc, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int fd, int backlog);

    [LibraryImport(Libc, EntryPoint = "accept4", SetLastError = true)]
    public static unsafe partial int Accept(int fd, byte* address, uint* length, int flags);

    [LibraryImport(Libc, EntryPoint = "connect", SetLastError = true)]
    public static unsafe partial int Connect(int fd, byte* address, uint length);

    [LibraryImport(Libc, EntryPoint = "getsockname", SetLastError = true)]
    public static unsafe partial int GetSocketName(int fd, byte* address, uint* length);

    [LibraryImport(Libc, EntryPoint = "getpeername", SetLastError = true)]
    public static unsafe partial int GetPeerName(int fd, byte* address, uint* length);

    [LibraryImport(Libc, EntryPoint = "setsockopt", SetLastError = true)]
    public static unsafe partial int SetSocketOption(int fd, int level, int option, int* value, uint length);

    [LibraryImport(Libc, EntryPoint = "getsockopt", SetLastError = true)]
    public static unsafe partial int GetSocketOption(int fd, int level, int option, int* value, uint* length);

    [LibraryImport(Libc, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int fd, int how);

    [LibraryImport(Libc, EntryPoint = "send", SetLastError = true)]
    public static unsafe partial nint Send(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport(Libc, EntryPoint = "recv", SetLastError = true)]
    public static unsafe partial nint Receive(int fd, byte* buffer, nuint count, int flags);
}
