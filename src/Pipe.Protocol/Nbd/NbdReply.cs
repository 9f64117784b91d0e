using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>A simple reply; the payload of a read follows.</summary>
/// <remarks>
/// <code>
///     u32   magic     0x67446698
///     u32   error     NbdError
///     u64   cookie
/// </code>
/// </remarks>
internal readonly record struct NbdSimpleReply(NbdError Error, ulong Cookie)
{
    public const int Size = 16;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, NbdMagic.SimpleReply);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], (uint)Error);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Cookie);
    }

    public static NbdSimpleReply Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(from) != NbdMagic.SimpleReply)
        {
            ProtocolException.Throw("a reply without its magic number");
        }

        return new NbdSimpleReply((NbdError)BinaryPrimitives.ReadUInt32BigEndian(from[4..]), BinaryPrimitives.ReadUInt64BigEndian(from[8..]));
    }
}

/// <summary>A range of equal status in the reply to a block status request.</summary>
/// <remarks>
/// <code>
///     u32   length    bytes
///     u32   status    as the context defines it
/// </code>
/// </remarks>
internal readonly record struct NbdExtent(uint Length, uint Status)
{
    public const int Size = 8;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Length);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], Status);
    }

    public static NbdExtent Read(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(from), BinaryPrimitives.ReadUInt32BigEndian(from[4..]));
}

/// <summary>The header of a chunk of a structured reply; the payload follows.</summary>
/// <remarks>
/// <code>
///     u32   magic     0x668e33ef
///     u16   flags     1: the last part
///     u16   type      NbdChunkType
///     u64   cookie
///     u32   length    bytes of payload
/// </code>
/// </remarks>
internal readonly record struct NbdChunk(NbdChunkType Type, bool IsLast, ulong Cookie, uint Length)
{
    public const int Size = 20;

    /// <summary>Size of the offset that precedes the bytes of OffsetData.</summary>
    public const int OffsetSize = 8;

    private const int ErrorType = 0x8000;

    public bool IsError => ((int)Type & ErrorType) != 0;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, NbdMagic.Chunk);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], (ushort)(IsLast ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(to[6..], (ushort)Type);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Cookie);
        BinaryPrimitives.WriteUInt32BigEndian(to[16..], Length);
    }

    public static NbdChunk Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(from) != NbdMagic.Chunk)
        {
            ProtocolException.Throw("a part of a reply without its magic number");
        }

        return new NbdChunk(
            (NbdChunkType)BinaryPrimitives.ReadUInt16BigEndian(from[6..]),
            (BinaryPrimitives.ReadUInt16BigEndian(from[4..]) & 1) != 0,
            BinaryPrimitives.ReadUInt64BigEndian(from[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(from[16..]));
    }
}
