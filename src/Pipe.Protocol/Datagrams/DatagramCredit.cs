using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The payload of a Credit: the blocks that may be sent, and those that the sink has consumed. Each Credit replaces all earlier ones.</summary>
/// <remarks>
/// <code>
///     u64   serial      of this Credit, from 1
///     u64   limit       blocks below this index may be sent
///     u64   floor       all blocks below this index are finished
///     u64   rate        bytes a second that the sink has consumed lately; 0 if unknown
///     u16   finished    ranges that follow
///     u16   damaged     indexes that follow
///     u32   zero
///     ...   ranges      DatagramRange[finished]: from floor up, gap blocks that are not finished, then length blocks that are
///     ...   indexes     u64[damaged]: finished blocks that came damaged and are to be sent again under another index
/// </code>
/// </remarks>
internal readonly record struct DatagramCredit(ulong Serial, ulong Limit, ulong Floor, ulong Rate, int Finished, int Damaged)
{
    /// <summary>Size without the lists.</summary>
    public const int Size = 40;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Serial);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Limit);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Floor);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], Rate);
        BinaryPrimitives.WriteUInt16LittleEndian(to[32..], (ushort)Finished);
        BinaryPrimitives.WriteUInt16LittleEndian(to[34..], (ushort)Damaged);
        BinaryPrimitives.WriteUInt32LittleEndian(to[36..], 0);
    }

    public static DatagramCredit Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Size)
        {
            ProtocolException.Throw("a Credit cut short");
        }

        int finished = BinaryPrimitives.ReadUInt16LittleEndian(from[32..]), damaged = BinaryPrimitives.ReadUInt16LittleEndian(from[34..]);
        if (finished > DatagramLimits.MaxFinishedRanges || damaged > DatagramLimits.MaxDamaged
            || BinaryPrimitives.ReadUInt32LittleEndian(from[36..]) != 0
            || from.Length != Size + (finished * DatagramRange.Size) + (damaged * sizeof(ulong)))
        {
            ProtocolException.Throw($"a Credit of {from.Length} bytes with {finished} ranges and {damaged} damaged blocks");
        }

        var (limit, floor) = (BinaryPrimitives.ReadUInt64LittleEndian(from[8..]), BinaryPrimitives.ReadUInt64LittleEndian(from[16..]));
        if (limit < floor || limit - floor > DatagramLimits.MaxSpread)
        {
            ProtocolException.Throw($"a Credit up to block {limit} with all below {floor} finished");
        }

        return new DatagramCredit(
            BinaryPrimitives.ReadUInt64LittleEndian(from), limit, floor, BinaryPrimitives.ReadUInt64LittleEndian(from[24..]), finished, damaged);
    }
}
