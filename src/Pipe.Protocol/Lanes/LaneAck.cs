using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>What an acknowledgement covers. The numbers are on the wire.</summary>
internal enum AckKind : byte
{
    /// <summary>The sink has written or consumed all blocks of this lane below the index.</summary>
    Consumed = 1,

    /// <summary>The block with this index arrived damaged and counts as consumed; send it again, on any lane.</summary>
    Damaged = 2,

    /// <summary>The sink has the block with this index; says nothing about those below it. For lanes that deliver blocks in any order.</summary>
    Single = 3,

    /// <summary>In a chain: the bytes of the kept block with this index are others here. It counts as consumed; send its payload, on any lane.</summary>
    Lacking = 4,
}

/// <summary>An acknowledgement. Sent back on the lane of the blocks, or as the payload of an Ack message for blocks inside the control channel.</summary>
/// <remarks>
/// <code>
///     u32   magic     "PACK"
///     u8    kind      AckKind
///     u8    zero[3]
///     u64   index     of a block of this lane, from 0 in the order of sending
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
        if (kind is < (uint)AckKind.Consumed or > (uint)AckKind.Lacking)
        {
            ProtocolException.Throw($"an acknowledgement of unknown kind {kind}");
        }

        return new LaneAck((AckKind)kind, BinaryPrimitives.ReadUInt64LittleEndian(from[8..]));
    }
}
