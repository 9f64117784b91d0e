using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pipe.Protocol;

/// <summary>The digest of a block's payload, padded with zeros. Guards against accidents, not attackers.</summary>
internal readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
{
    public const int Size = 32;

    /// <param name="kind">The algorithm; <see cref="DigestKind.None"/> gives zeros.</param>
    /// <param name="payload">The bytes of the block.</param>
    /// <param name="offset">Their offset in the object, which seeds xxh3 and crc32c so that they also detect a misplaced block; sha256 ignores it.</param>
    public static Digest Of(DigestKind kind, ReadOnlySpan<byte> payload, long offset) => kind switch
    {
        DigestKind.None => default,
        DigestKind.XxHash3 => new Digest(XxHash3.HashToUInt64(payload, offset), 0, 0, 0),
        DigestKind.Crc32C => new Digest(Crc32C(payload, offset), 0, 0, 0),
        DigestKind.Sha256 => Sha256(payload),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, A);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], B);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], C);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], D);
    }

    public static Digest Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(from),
        BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[24..]));

    private static uint Crc32C(ReadOnlySpan<byte> payload, long offset)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)offset);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var last in payload[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, last);
        }

        return ~crc;
    }

    private static Digest Sha256(ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        return Read(hash);
    }
}
