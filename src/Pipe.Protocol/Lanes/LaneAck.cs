using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>What the receiver says of the blocks of one lane. The numbers are on the wire.</summary>
internal enum AckKind : byte
{
    /// <summary>All blocks of this lane below the index are with the sink: written or consumed.</summary>
    Consumed = 1,

    /// <summary>The block with this index came damaged and counts as consumed; send it again, on any lane.</summary>
    Damaged = 2,

    /// <summary>The block with this index is with the sink, whatever became of those below it. For lanes that deliver blocks in any order.</summary>
    Single = 3,
}

/// <summary>Goes back on the lane that the blocks came on, or as the payload of an Ack message for those inside the control channel.</summary>
/// <remarks>
/// <code>
///     u32   magic     "PACK"
///     u8    kind      AckKind
///     u8    zero[3]
///     u64   index     block of this lane, from 0 in the order in which it carried them
/// </code>
/// </remarks>
internal readonly record struct LaneAck(AckKind Kind, ulong Index) : IMessage<LaneAck>
{
    public const int Size = 16;
    private const uint Magic = 0x4B434150; // "PACK"

    public static MessageType Type => MessageType.Ack;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], (byte)Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Index);
    }

    public void Write(WireWriter to)
    {
        Span<byte> packed = stackalloc byte[Size];
        Write(packed);
        to.Bytes(packed);
    }

    public static LaneAck Read(ReadOnlySpan<byte> from)
    {
        if (from.Length != Size || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic)
        {
            ProtocolException.Throw("a damaged acknowledgement");
        }

        var kind = BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
        if (kind is < (uint)AckKind.Consumed or > (uint)AckKind.Single)
        {
            ProtocolException.Throw($"an acknowledgement of unknown kind {kind}");
        }

        return new LaneAck((AckKind)kind, BinaryPrimitives.ReadUInt64LittleEndian(from[8..]));
    }
}
