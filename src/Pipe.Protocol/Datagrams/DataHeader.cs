using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>The header of a fragment of a block. A block is its BlockHeader and payload, as on a TCP lane.</summary>
/// <remarks>
/// <code>
///     ...   header    DatagramHeader
///     u64   block     index of the block on this lane, from 0
///     u32   offset    of the fragment in the block, a multiple of FragmentUnit
///     u32   size      bytes of the whole block, with its BlockHeader
///     u64   check     with Clear only: SipHash-2-4 of the 32 bytes above and the u64 length of the payload
/// </code>
/// </remarks>
internal readonly record struct DataHeader(DatagramHeader Header, ulong Block, int Offset, int BlockSize)
{
    /// <summary>Size without the check.</summary>
    public const int Size = DatagramHeader.Size + 16;

    public const int CheckSize = 8;

    public void Write(Span<byte> to)
    {
        Header.Write(to);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Block);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], (uint)Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(to[28..], (uint)BlockSize);
    }

    /// <summary>Reads a header whose check or seal was right.</summary>
    /// <param name="header">The first 16 bytes, already read.</param>
    /// <param name="from">At least 32 bytes.</param>
    /// <param name="payload">Bytes of the fragment.</param>
    public static DataHeader Read(in DatagramHeader header, ReadOnlySpan<byte> from, int payload)
    {
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(from[24..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(from[28..]);
        if (size is 0 or > DatagramLimits.MaxBlock)
        {
            ProtocolException.Throw($"a fragment of a block of {size} bytes");
        }

        if (payload <= 0 || offset % DatagramLimits.FragmentUnit != 0 || offset >= size || payload > size - offset)
        {
            ProtocolException.Throw($"a fragment of {payload} bytes at {offset} of {size}");
        }

        if (payload % DatagramLimits.FragmentUnit != 0 && offset + payload != size)
        {
            ProtocolException.Throw($"a fragment of {payload} bytes inside a block");
        }

        return new DataHeader(header, BinaryPrimitives.ReadUInt64LittleEndian(from[16..]), (int)offset, (int)size);
    }
}
