using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The first bytes on a data connection, sent by the connecting side.</summary>
/// <remarks>
/// <code>
///     u8    magic[8]      "PIPELANE"
///     u16   version
///     u16   lane          number of the lane, from 1
///     u8    protection    Protection
///     u8    zero[3]
///     u8    session[16]
///     u8    nonce[32]     random, from the connecting side
/// </code>
/// </remarks>
internal readonly record struct LaneHello(int Lane, Protection Protection, ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Nonce)
{
    public const int Size = 64;
    public const int NonceSize = 32;

    private static ReadOnlySpan<byte> Magic => "PIPELANE"u8;

    public void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], Limits.ProtocolVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], (ushort)Lane);
        to[12] = (byte)Protection;
        to[13..16].Clear();
        Session.Span.CopyTo(to[16..]);
        Nonce.Span.CopyTo(to[32..]);
    }

    public static LaneHello Read(ReadOnlySpan<byte> from)
    {
        if (!from[..8].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(from[8..]) != Limits.ProtocolVersion
            || from[12] > (byte)Protection.Encrypt
            || from[13] != 0 || from[14] != 0 || from[15] != 0)
        {
            ProtocolException.Throw("a connection without a valid lane hello");
        }

        var lane = BinaryPrimitives.ReadUInt16LittleEndian(from[10..]);
        if (lane is 0 or > Limits.MaxLanes)
        {
            ProtocolException.Throw($"a lane with number {lane}");
        }

        return new LaneHello(lane, (Protection)from[12], from[16..32].ToArray(), from[32..64].ToArray());
    }
}
