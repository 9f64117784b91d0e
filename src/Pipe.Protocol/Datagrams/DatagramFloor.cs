using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The payload of a Floor: the state that the receiver may forget.</summary>
/// <remarks>
/// <code>
///     u64   number    an Ack need not speak of lower numbers, and none below will be accepted
///     u64   serial    of the latest Credit that has arrived; 0 for none
///     u64   rtt       microseconds of a round trip, as the sender measures it; 0 if unknown
/// </code>
/// </remarks>
internal readonly record struct DatagramFloor(ulong Number, ulong Serial, ulong RttMicroseconds)
{
    public const int Size = 24;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Number);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Serial);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], RttMicroseconds);
    }

    public static DatagramFloor Read(ReadOnlySpan<byte> from)
    {
        if (from.Length != Size)
        {
            ProtocolException.Throw($"a Floor of {from.Length} bytes");
        }

        return new DatagramFloor(
            BinaryPrimitives.ReadUInt64LittleEndian(from),
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]));
    }
}
