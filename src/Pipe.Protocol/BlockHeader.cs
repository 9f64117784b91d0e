using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipe.Protocol;

/// <summary>What a block carries. The numbers are on the wire.</summary>
internal enum BlockType : byte
{
    /// <summary>Payload follows.</summary>
    Data = 1,

    /// <summary>A range of zeros that takes no space at the source; no payload.</summary>
    Hole = 2,

    /// <summary>A piece from the receiver's HaveRanges whose content is right; no payload.</summary>
    Kept = 3,

    /// <summary>The sender ends the copy and sends nothing more on any lane; no payload. Its control channel may be gone already.</summary>
    Leave = 4,
}

/// <summary>The header before the payload of a block.</summary>
/// <remarks>
/// <code>
///     u32  magic      "PBLK"
///     u8   type       BlockType
///     u8   zero[3]
///     u32  length     payload bytes that follow; 0 for a hole or a kept piece
///     u32  object     zero
///     u64  offset     where the block belongs in the object
///     u64  span       bytes of the object that it covers; the length for data
///     u64  sequence   number of the block, from 0, without gaps
///     u8   digest[32] Digest of the payload; zeros for a hole; for a kept piece its PieceDigest, then zeros
///     u64  check      XxHash3 of the 72 bytes above
/// </code>
/// </remarks>
internal readonly record struct BlockHeader(BlockType Type, int Length, long Offset, long Span, ulong Sequence, Digest Digest)
{
    public const int Size = 80;
    private const uint Magic = 0x4B4C4250; // "PBLK"
    private const int Checked = 72;

    public static BlockHeader Data(long offset, int length, ulong sequence, Digest digest) =>
        new(BlockType.Data, length, offset, length, sequence, digest);

    public static BlockHeader Hole(long offset, long span, ulong sequence) =>
        new(BlockType.Hole, 0, offset, span, sequence, default);

    public static BlockHeader Kept(long offset, long span, ulong sequence, Digest piece) =>
        new(BlockType.Kept, 0, offset, span, sequence, piece);

    /// <summary>The last header on each data lane of a sender that ends the copy early.</summary>
    public static BlockHeader Leave { get; } = new(BlockType.Leave, 0, 0, 1, 0, default);

    /// <summary>A hash of the block's position and content. The sum over all blocks of an object does not depend on their order.</summary>
    public ulong Fingerprint
    {
        get
        {
            Span<byte> packed = stackalloc byte[Size];
            Write(packed);
            return BinaryPrimitives.ReadUInt64LittleEndian(packed[Checked..]);
        }
    }

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        to[4] = (byte)Type;
        to[5..8].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], (uint)Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], (ulong)Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], (ulong)Span);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], Sequence);
        Digest.Write(to[40..]);
        BinaryPrimitives.WriteUInt64LittleEndian(to[Checked..], XxHash3.HashToUInt64(to[..Checked]));
    }

    /// <summary>Whether a header arrived undamaged. After a damaged one, block boundaries on the lane are lost.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> from) =>
        BinaryPrimitives.ReadUInt32LittleEndian(from) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(from[Checked..]) == XxHash3.HashToUInt64(from[..Checked]);

    /// <summary>Throws <see cref="ProtocolException"/> unless the header is intact, valid, and its payload within <paramref name="maxLength"/>.</summary>
    public static BlockHeader Read(ReadOnlySpan<byte> from, int maxLength)
    {
        if (from.Length < Size)
        {
            ProtocolException.Throw("a block cut short");
        }

        if (!IsIntact(from))
        {
            ProtocolException.Throw("a damaged block header");
        }

        var header = new BlockHeader(
            (BlockType)from[4],
            (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(from[8..]), int.MaxValue),
            (long)BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            (long)BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[32..]),
            Digest.Read(from[40..]));
        header.Validate(from, maxLength);
        return header;
    }

    private void Validate(ReadOnlySpan<byte> from, int maxLength)
    {
        if (from[5] != 0 || from[6] != 0 || from[7] != 0 || BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) != 0)
        {
            ProtocolException.Throw("a block with unknown flags");
        }

        if (Offset < 0 || Span <= 0 || Offset > long.MaxValue - Span)
        {
            ProtocolException.Throw($"a block of {(ulong)Span} bytes at {(ulong)Offset}");
        }

        if (Type == BlockType.Data && (Length > maxLength || Length != Span))
        {
            ProtocolException.Throw($"a block with {Length} bytes of payload for {Span}, limit {maxLength}");
        }

        if (Type == BlockType.Hole && (Length != 0 || Digest != default))
        {
            ProtocolException.Throw("a hole with a payload");
        }

        if (Type == BlockType.Kept && (Length != 0 || Span > Limits.MaxBlock))
        {
            ProtocolException.Throw($"a kept piece of {Span} bytes with {Length} of payload");
        }

        if (Type == BlockType.Leave && this != Leave)
        {
            ProtocolException.Throw("a Leave with contents");
        }

        if (Type is not (BlockType.Data or BlockType.Hole or BlockType.Kept or BlockType.Leave))
        {
            ProtocolException.Throw($"a block of unknown type {(byte)Type}");
        }
    }
}
