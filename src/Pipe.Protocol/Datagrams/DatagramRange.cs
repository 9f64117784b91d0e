using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>A step in a list of ranges: skip some numbers, then take some. Longer steps are split, with 0 in the unused field.</summary>
/// <remarks>
/// <code>
///     u16   gap       numbers to skip
///     u16   length    numbers to take
/// </code>
/// </remarks>
internal readonly record struct DatagramRange(ushort Gap, ushort Length)
{
    public const int Size = 4;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, Gap);
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], Length);
    }

    public static DatagramRange Read(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadUInt16LittleEndian(from), BinaryPrimitives.ReadUInt16LittleEndian(from[2..]));
}
