using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The first message of the server.</summary>
/// <remarks>
/// <code>
///     u64   magic     "NBDMAGIC"
///     u64   magic     "IHAVEOPT"
///     u16   flags     NbdHandshakeFlags
/// </code>
/// The client replies with a u32 of the flags that it accepts.
/// </remarks>
internal readonly record struct NbdGreeting(NbdHandshakeFlags Flags)
{
    public const int Size = 18;
    public const int AnswerSize = 4;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, NbdMagic.Greeting);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], NbdMagic.Option);
        BinaryPrimitives.WriteUInt16BigEndian(to[16..], (ushort)Flags);
    }

    public static NbdGreeting Read(ReadOnlySpan<byte> from)
    {
        if (BinaryPrimitives.ReadUInt64BigEndian(from) != NbdMagic.Greeting)
        {
            ProtocolException.Throw("not an NBD server");
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(from[8..]) != NbdMagic.Option)
        {
            ProtocolException.Throw("an NBD server of the oldstyle protocol");
        }

        return new NbdGreeting((NbdHandshakeFlags)BinaryPrimitives.ReadUInt16BigEndian(from[16..]));
    }
}
