using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The first bytes of every datagram except Hello and Welcome.</summary>
/// <remarks>
/// <code>
///     u8    type      DatagramType
///     u8    flags     DatagramFlags; zero except in Data
///     u16   lane      number of the lane, from 1
///     u32   tag       names the connection and direction; see DatagramKeys
///     u64   number    of this datagram in its direction, from 0; never used twice
/// </code>
/// </remarks>
internal readonly record struct DatagramHeader(DatagramType Type, DatagramFlags Flags, int Lane, uint Tag, ulong Number)
{
    public const int Size = 16;

    public void Write(Span<byte> to)
    {
        to[0] = (byte)Type;
        to[1] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Lane);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Tag);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Number);
    }

    /// <summary>False for bytes that cannot be a datagram of an open connection; does not throw, so that a stranger's datagrams stay cheap.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out DatagramHeader header)
    {
        header = default;
        if (from.Length < Size || from.Length > DatagramLimits.MaxDatagram)
        {
            return false;
        }

        header = new DatagramHeader(
            (DatagramType)from[0],
            (DatagramFlags)from[1],
            BinaryPrimitives.ReadUInt16LittleEndian(from[2..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]));
        var allowed = header.Type == DatagramType.Data ? DatagramFlags.AckNow | DatagramFlags.Repeated : DatagramFlags.None;
        return header.Type is >= DatagramType.Data and <= DatagramType.Close
            && (header.Flags & ~allowed) == 0
            && header.Lane is > 0 and <= Limits.MaxLanes;
    }
}
