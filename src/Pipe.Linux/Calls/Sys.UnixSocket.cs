using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int Unix = 1;
    public const int SockSequencedPacket = 5;
    public const int OptionPeerCredentials = 17;
    public const int ControlRights = 1; // SCM_RIGHTS
    public const int MessageCloseOnExec = 0x40000000;

    [LibraryImport(Libc, EntryPoint = "sendmsg", SetLastError = true)]
    public static unsafe partial nint SendMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport(Libc, EntryPoint = "recvmsg", SetLastError = true)]
    public static unsafe partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);
}

/// <summary>struct ucred.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PeerCredentials
{
    public int Process;
    public uint User;
    public uint Group;
}
