using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>Recomputes checksums of changed messages, so that they pass the first check.</summary>
internal static class Wire
{
    private const int Checked = BlockHeader.Size - sizeof(ulong);
    private const int DigestAt = 40;

    /// <summary>A frame around any payload.</summary>
    public static byte[] Seal(MessageType type, ReadOnlySpan<byte> payload)
    {
        var packed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(packed.AsSpan(Frame.Size));
        Frame.Seal(packed, type);
        return packed;
    }

    public static void SealHeader(Span<byte> header)
    {
        "PBLK"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header[Checked..], Digest.Of(DigestKind.XxHash3, header[..Checked], 0).A);
    }

    /// <summary>Header and payload of a block: the digest fits, and so does the check.</summary>
    public static void SealBlock(Span<byte> block, DigestKind kind)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(block[16..]);
        if (kind != DigestKind.None && block.Length > BlockHeader.Size)
        {
            Digest.Of(kind, block[BlockHeader.Size..], offset).Write(block[DigestAt..]);
        }

        SealHeader(block);
    }
}
