using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Types of <see cref="SpareWord"/>.</summary>
internal enum SpareWordKind
{
    /// <summary>Keeper to spare: are you alive?</summary>
    Ping,

    /// <summary>Spare to keeper: the reply, with the number of the Ping.</summary>
    Pong,

    /// <summary>Client to spare: become a responder, from the next byte on.</summary>
    Call,
}

/// <summary>The messages between a keeper or client and a spare server, up to its call.</summary>
/// <remarks>
/// <code>
///     u8   magic[8]   "PIPEPING", "PIPEPONG" or "PIPECALL"
///     u64  number     of the Ping; 0 in a Call
/// </code>
/// </remarks>
internal readonly record struct SpareWord(SpareWordKind Kind, ulong Number)
{
    public const int Size = 16;

    /// <summary>Bytes of the magic.</summary>
    public const int MagicSize = 8;

    public static ReadOnlySpan<byte> Pong => "PIPEPONG"u8;

    private static ReadOnlySpan<byte> Ping => "PIPEPING"u8;

    private static ReadOnlySpan<byte> Call => "PIPECALL"u8;

    public byte[] Packed()
    {
        var packed = new byte[Size];
        (Kind == SpareWordKind.Ping ? Ping : Kind == SpareWordKind.Pong ? Pong : Call).CopyTo(packed);
        BinaryPrimitives.WriteUInt64LittleEndian(packed.AsSpan(MagicSize), Number);
        return packed;
    }

    public static SpareWord Read(ReadOnlySpan<byte> from)
    {
        var number = BinaryPrimitives.ReadUInt64LittleEndian(from[MagicSize..]);
        var magic = from[..MagicSize];
        if (magic.SequenceEqual(Ping))
        {
            return new SpareWord(SpareWordKind.Ping, number);
        }

        if (magic.SequenceEqual(Pong))
        {
            return new SpareWord(SpareWordKind.Pong, number);
        }

        if (!magic.SequenceEqual(Call) || number != 0)
        {
            ProtocolException.Throw("invalid message to a spare server");
        }

        return new SpareWord(SpareWordKind.Call, 0);
    }
}
