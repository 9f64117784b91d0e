using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>What proves that a piece of a file is the same on both sides: 16 bytes of XxHash128. A guard against accidents.</summary>
internal static class PieceDigest
{
    public const int Size = 16;

    public static byte[] Of(ReadOnlySpan<byte> piece)
    {
        var digest = new byte[Size];
        BinaryPrimitives.WriteUInt128LittleEndian(digest, Number(piece));
        return digest;
    }

    /// <summary>The same as a number, for what never crosses the wire, with a seed of one's own.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> bytes, long seed = 0) => XxHash128.HashToUInt128(bytes, seed);
}
