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
        Write(piece, digest);
        return digest;
    }

    public static void Write(ReadOnlySpan<byte> piece, Span<byte> digest) => BinaryPrimitives.WriteUInt128LittleEndian(digest, Number(piece));

    /// <summary>As the digest of a block that is kept.</summary>
    public static Digest InBlock(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[sizeof(ulong)..]), 0, 0);

    /// <summary>The same as a number, for what never crosses the wire, with a seed of one's own.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> bytes, long seed = 0) => XxHash128.HashToUInt128(bytes, seed);
}
