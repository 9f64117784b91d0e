using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The payload of an Ack: the datagrams that arrived, from the highest number down.</summary>
/// <remarks>
/// <code>
///     u64   largest     the highest number that arrived
///     u32   delay       microseconds from its arrival to this Ack
///     u32   drops       datagrams that the socket of the receiver has dropped so far
///     u64   arrived     datagrams that have arrived so far
///     u16   count       ranges that follow
///     u8    zero[6]
///     ...   ranges      DatagramRange[count]: from largest down, gap numbers that did not arrive, then length numbers that did
/// </code>
/// </remarks>
internal readonly record struct DatagramAck(ulong Largest, uint DelayMicroseconds, uint Drops, ulong Arrived, int Count)
{
    /// <summary>Size without the ranges.</summary>
    public const int Size = 32;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Largest);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], DelayMicroseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Drops);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Arrived);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], (ushort)Count);
    }

    public static DatagramAck Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Size)
        {
            ProtocolException.Throw("an Ack cut short");
        }

        var count = BinaryPrimitives.ReadUInt64LittleEndian(from[24..]);
        if (count is 0 or > DatagramLimits.MaxAckRanges || from.Length != Size + ((int)count * DatagramRange.Size))
        {
            ProtocolException.Throw($"an Ack of {from.Length} bytes with {count} ranges");
        }

        return new DatagramAck(
            BinaryPrimitives.ReadUInt64LittleEndian(from),
            BinaryPrimitives.ReadUInt32LittleEndian(from[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            (int)count);
    }
}
