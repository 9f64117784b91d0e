using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The header of an option; the data follow.</summary>
/// <remarks>
/// <code>
///     u64   magic     "IHAVEOPT"
///     u32   option    NbdOption
///     u32   length    bytes of data that follow
/// </code>
/// </remarks>
internal readonly record struct NbdOptionHeader(NbdOption Option, uint Length)
{
    public const int Size = 16;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, NbdMagic.Option);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], (uint)Option);
        BinaryPrimitives.WriteUInt32BigEndian(to[12..], Length);
    }

    public static NbdOptionHeader Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt64BigEndian(from) != NbdMagic.Option)
        {
            ProtocolException.Throw("an option without its magic number");
        }

        var header = new NbdOptionHeader((NbdOption)BinaryPrimitives.ReadUInt32BigEndian(from[8..]), BinaryPrimitives.ReadUInt32BigEndian(from[12..]));
        if (header.Length > NbdLimits.Payload)
        {
            ProtocolException.Throw($"an option of {header.Length} bytes");
        }

        return header;
    }
}

/// <summary>The header of a reply to an option; the data follow.</summary>
/// <remarks>
/// <code>
///     u64   magic     0x3e889045565a9
///     u32   option    NbdOption
///     u32   type      NbdOptionReplyType
///     u32   length    bytes of data that follow
/// </code>
/// </remarks>
internal readonly record struct NbdOptionReply(NbdOption Option, NbdOptionReplyType Type, uint Length)
{
    public const int Size = 20;
    private const uint ErrorBit = 0x8000_0000;

    public bool IsError => ((uint)Type & ErrorBit) != 0;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, NbdMagic.OptionReply);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], (uint)Option);
        BinaryPrimitives.WriteUInt32BigEndian(to[12..], (uint)Type);
        BinaryPrimitives.WriteUInt32BigEndian(to[16..], Length);
    }

    public static NbdOptionReply Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt64BigEndian(from) != NbdMagic.OptionReply)
        {
            ProtocolException.Throw("an answer to an option without its magic number");
        }

        var reply = new NbdOptionReply(
            (NbdOption)BinaryPrimitives.ReadUInt32BigEndian(from[8..]),
            (NbdOptionReplyType)BinaryPrimitives.ReadUInt32BigEndian(from[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(from[16..]));
        if (reply.Length > NbdLimits.Option)
        {
            ProtocolException.Throw($"an answer of {reply.Length} bytes to an option");
        }

        return reply;
    }
}
