using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>The 16-byte XxHash128 by which both sides compare a piece of a file. Guards against accidents, not attackers.</summary>
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

    /// <summary>As the digest field of a Kept block.</summary>
    public static Digest InBlock(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[sizeof(ulong)..]), 0, 0);

    /// <summary>The hash as a number, with a seed, for local use only.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> bytes, long seed = 0) => XxHash128.HashToUInt128(bytes, seed);
}
