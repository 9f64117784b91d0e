using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The first bytes on a data connection, from the side that made it.</summary>
/// <remarks>
/// <code>
///     u8    magic[8]      "PIPELANE"
///     u16   version
///     u16   lane          number of the lane, from 1
///     u32   zero
///     u8    session[16]
///     u8    nonce[32]     random, of the connecting side
/// </code>
/// </remarks>
internal readonly record struct LaneHello(int Lane, ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Nonce)
{
    public const int Size = 64;
    public const int NonceSize = 32;

    private static ReadOnlySpan<byte> Magic => "PIPELANE"u8;

    public void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], Limits.ProtocolVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], (ushort)Lane);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], 0);
        Session.Span.CopyTo(to[16..]);
        Nonce.Span.CopyTo(to[32..]);
    }

    public static LaneHello Read(ReadOnlySpan<byte> from)
    {
        if (!from[..8].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(from[8..]) != Limits.ProtocolVersion
            || BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) != 0)
        {
            ProtocolException.Throw("a connection that does not greet as a lane");
        }

        var lane = BinaryPrimitives.ReadUInt16LittleEndian(from[10..]);
        if (lane is 0 or > Limits.MaxLanes)
        {
            ProtocolException.Throw($"a lane with number {lane}");
        }

        return new LaneHello(lane, from[16..32].ToArray(), from[32..64].ToArray());
    }
}
