using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The progress of a clone. The numbers are on disk.</summary>
internal enum CloneStage : byte
{
    Hydrating = 1,

    /// <summary>Every region is hydrated and durable: the source is no longer needed.</summary>
    Hydrated = 2,
}

/// <summary>The superblock of the metadata file. Of its two copies, the valid one with the higher number counts.</summary>
/// <remarks>
/// <code>
///     u8    magic[8]        "LCLONE01"
///     u64   number          of this copy
///     u64   size            bytes of the clone
///     u64   region          bytes of a region
///     u64   device, inode   of the destination; of a block device: its number, 0
///     u64   source digest[2]  of sampled blocks
///     u8    stage, zero[7]
///     u32   length, then the name of the source
///     u32   check           at 4092: CRC-32C of all before
/// </code>
/// </remarks>
internal readonly record struct CloneSuperblock(
    ulong Number, CloneGeometry Geometry, ulong Device, ulong Inode, SourceDigest Source, CloneStage Stage, string SourceName)
{
    public const int Size = 4096;
    private const int MagicSize = 8;
    private const int CheckAt = Size - sizeof(uint);
    private const int FixedSize = 80;

    private static ReadOnlySpan<byte> Magic => "LCLONE01"u8;

    public void Write(Span<byte> to)
    {
        var writer = new WireWriter();
        writer.Bytes(Magic);
        writer.U64(Number);
        writer.U64((ulong)Geometry.Size);
        writer.U64((ulong)Geometry.Region);
        writer.U64(Device);
        writer.U64(Inode);
        writer.U64(Source.Low);
        writer.U64(Source.High);
        writer.U64((ulong)Stage);
        writer.Text(SourceName, CheckAt - FixedSize);
        to[..Size].Clear();
        writer.Written.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[CheckAt..], Check(to));
    }

    /// <summary>Reads a superblock; null if it is damaged or not a superblock.</summary>
    public static CloneSuperblock? TryRead(ReadOnlySpan<byte> from)
    {
        if (!from.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[CheckAt..]) != Check(from))
        {
            return null;
        }

        var reader = new WireReader(from[MagicSize..CheckAt], "superblock");
        try
        {
            return new CloneSuperblock(
                reader.U64(),
                new CloneGeometry(reader.Length(), reader.Length()),
                reader.U64(),
                reader.U64(),
                new SourceDigest(reader.U64(), reader.U64()),
                (CloneStage)reader.U64(),
                reader.Text(CheckAt - FixedSize));
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static uint Check(ReadOnlySpan<byte> block) => (uint)Digest.Of(DigestKind.Crc32C, block[..CheckAt], 0).A;
}

/// <summary>A digest of sampled blocks, to distinguish sources of the same size.</summary>
internal readonly record struct SourceDigest(ulong Low, ulong High);
