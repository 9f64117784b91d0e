using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>A request of a client; the payload of a write follows.</summary>
/// <remarks>
/// <code>
///     u32   magic     0x25609513
///     u16   flags     NbdCommandFlags
///     u16   type      NbdCommand
///     u64   cookie    of the answer
///     u64   offset
///     u32   length
/// </code>
/// </remarks>
internal readonly record struct NbdRequest(NbdCommand Type, NbdCommandFlags Flags, ulong Cookie, ulong Offset, uint Length)
{
    public const int Size = 28;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, NbdMagic.Request);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(to[6..], (ushort)Type);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(to[16..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(to[24..], Length);
    }

    public static NbdRequest Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(from) != NbdMagic.Request)
        {
            ProtocolException.Throw("a request without its magic number");
        }

        return new NbdRequest(
            (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(from[6..]),
            (NbdCommandFlags)BinaryPrimitives.ReadUInt16BigEndian(from[4..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(from[24..]));
    }
}
