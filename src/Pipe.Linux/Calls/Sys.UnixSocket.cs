using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int Unix = 1;
    public const int SockSequencedPacket = 5;
    public const int OptionPeerCredentials = 17;
    public const int ControlRights = 1; // SCM_RIGHTS
    public const int MessageTruncated = 0x20;
    public const int MessageControlTruncated = 0x8;
    public const int MessageCloseOnExec = 0x40000000;

    [LibraryImport(Libc, EntryPoint = "sendmsg", SetLastError = true)]
    public static unsafe partial nint SendMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport(Libc, EntryPoint = "recvmsg", SetLastError = true)]
    public static unsafe partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* At;
    public nuint Length;
}

/// <summary>struct msghdr of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Parts;
    public nuint PartCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct cmsghdr of 64-bit Linux; the descriptors follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    public const int Size = 16;

    public nuint Length;
    public int Level;
    public int Type;
}

/// <summary>struct ucred.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PeerCredentials
{
    public int Process;
    public uint User;
    public uint Group;
}
