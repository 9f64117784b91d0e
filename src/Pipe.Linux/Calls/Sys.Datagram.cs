using System.Runtime.InteropServices;

namespace Pipe.Linux;

internal static partial class Sys
{
    public const int LevelIp = 0;
    public const int LevelUdp = 17;
    public const int OptionReceiveQueueOverflow = 40;
    public const int OptionSendBufferForce = 32;
    public const int OptionReceiveBufferForce = 33;
    public const int OptionPacketInfo = 8;
    public const int OptionMtuDiscover = 10;
    public const int OptionMtu = 14;
    public const int Option6MtuDiscover = 23;
    public const int Option6Mtu = 24;
    public const int Option6ReceivePacketInfo = 49;
    public const int Option6PacketInfo = 50;
    public const int Option6DontFragment = 62;
    public const int OptionUdpSegment = 103;
    public const int OptionUdpGro = 104;

    /// <summary>Sets DF and ignores the path MTU that the kernel has cached.</summary>
    public const int MtuDiscoverProbe = 3;

    public const int MessageTruncated = 0x20;
    public const int MessageControlTruncated = 0x8;
    public const int ControlSetTimerSlack = 29;

    [LibraryImport(Libc, EntryPoint = "sendmmsg", SetLastError = true)]
    public static unsafe partial int SendMessages(int fd, BatchedMessage* messages, uint count, int flags);

    [LibraryImport(Libc, EntryPoint = "recvmmsg", SetLastError = true)]
    public static unsafe partial int ReceiveMessages(int fd, BatchedMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport(Libc, EntryPoint = "ppoll", SetLastError = true)]
    public static unsafe partial int PollUntil(PollFd* fds, nuint count, TimeSpec* timeout, void* signals);
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct msghdr of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct MessageHeader
{
    [FieldOffset(0)]
    public byte* Name;

    [FieldOffset(8)]
    public uint NameLength;

    [FieldOffset(16)]
    public IoVector* Vectors;

    [FieldOffset(24)]
    public nuint VectorCount;

    [FieldOffset(32)]
    public byte* Control;

    [FieldOffset(40)]
    public nuint ControlLength;

    [FieldOffset(48)]
    public int Flags;
}

/// <summary>struct mmsghdr of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct BatchedMessage
{
    [FieldOffset(0)]
    public MessageHeader Header;

    [FieldOffset(56)]
    public uint Length;
}

/// <summary>struct cmsghdr of 64-bit Linux; its data follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    public const int Size = 16;

    public nuint Length;
    public int Level;
    public int Type;
}
