using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>
/// Size and flags of an export. In the reply to Info and Go they follow the u16 type. The reply to ExportName consists of them, and of 124 zeros
/// unless NoZeroes was negotiated.
/// </summary>
/// <remarks>
/// <code>
///     u64   size
///     u16   flags     NbdExportFlags
/// </code>
/// </remarks>
internal readonly record struct NbdExportInfo(long Bytes, NbdExportFlags Flags)
{
    public const int Size = 10;
    public const int Zeros = 124;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, (ulong)Bytes);
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)Flags);
    }

    public static NbdExportInfo Read(ReadOnlySpan<byte> from)
    {
        var size = from.Length < Size ? ulong.MaxValue : BinaryPrimitives.ReadUInt64BigEndian(from);
        if (size > long.MaxValue)
        {
            ProtocolException.Throw("an export without a valid size");
        }

        return new NbdExportInfo((long)size, (NbdExportFlags)BinaryPrimitives.ReadUInt16BigEndian(from[8..]));
    }
}

/// <summary>Block size constraints of an export. Follows the u16 type.</summary>
/// <remarks>
/// <code>
///     u32   least
///     u32   preferred
///     u32   most
/// </code>
/// </remarks>
internal readonly record struct NbdBlockSize(uint Least, uint Preferred, uint Most)
{
    public const int Size = 12;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Least);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], Preferred);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], Most);
    }
}
