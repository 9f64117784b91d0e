using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A sector of the bitmap in the metadata file. Each sector has its own checksum, so that a partly written block is valid. Bits only change
/// from 0 to 1.
/// </summary>
/// <remarks>
/// <code>
///     u32   check     CRC-32C of the rest, begun with the index
///     u32   index     sector of the bitmap, from 0
///     u64   word[63]  64 regions each, the first one in the lowest bit
/// </code>
/// </remarks>
internal static class BitmapSector
{
    public const int Size = 512;
    public const int Words = 63;
    public const int Regions = Words * 64;
    private const int CheckSize = sizeof(uint);
    private const int HeaderSize = 8;

    public static void Write(Span<byte> to, uint index, ReadOnlySpan<ulong> words)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to[CheckSize..], index);
        for (var i = 0; i < Words; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[(HeaderSize + i * sizeof(ulong))..], words[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(to, Check(to, index));
    }

    /// <summary>Reads and verifies a sector; false if it is damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, uint index, Span<ulong> words)
    {
        for (var i = 0; i < Words; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(from[(HeaderSize + i * sizeof(ulong))..]);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(from) == Check(from, index)
            && BinaryPrimitives.ReadUInt32LittleEndian(from[CheckSize..]) == index;
    }

    private static uint Check(ReadOnlySpan<byte> sector, uint index) => (uint)Digest.Of(DigestKind.Crc32C, sector[CheckSize..Size], index).A;
}
