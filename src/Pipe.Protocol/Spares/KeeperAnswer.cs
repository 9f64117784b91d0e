using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Types of <see cref="KeeperAnswer"/>.</summary>
internal enum KeeperAnswerKind : byte
{
    /// <summary>The client gets the spare server; its three descriptors are in the same packet.</summary>
    Given = 1,

    /// <summary>No matching spare server is available.</summary>
    None = 2,

    /// <summary>The remote shell of the given server has exited.</summary>
    Ended = 3,
}

/// <summary>A message from a keeper, in one packet.</summary>
/// <remarks>
/// <code>
///     u8   magic[8]   "PIPEKEEP"
///     u16  version    1
///     u8   kind       KeeperAnswerKind
///     u8   zero
///     u16  status     exit status in an Ended, else 0
///     u16  signal     signal that killed the shell in an Ended, else 0
/// </code>
/// </remarks>
internal readonly record struct KeeperAnswer(KeeperAnswerKind Kind, int Status = 0, int Signal = 0)
{
    public const int Size = 16;

    /// <summary>Descriptors in a Given: standard input, output and error of the server, seen from the client.</summary>
    public const int Descriptors = 3;

    public byte[] Packed()
    {
        var packed = new byte[Size];
        KeeperRequest.Magic.CopyTo(packed);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(8), KeeperRequest.Version);
        packed[10] = (byte)Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(12), (ushort)Status);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(14), (ushort)Signal);
        return packed;
    }

    public static KeeperAnswer Read(ReadOnlySpan<byte> from)
    {
        if (from.Length != Size
            || !from[..8].SequenceEqual(KeeperRequest.Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(from[8..]) != KeeperRequest.Version
            || (KeeperAnswerKind)from[10] is not (KeeperAnswerKind.Given or KeeperAnswerKind.None or KeeperAnswerKind.Ended)
            || from[11] != 0)
        {
            ProtocolException.Throw("invalid keeper answer");
        }

        return new KeeperAnswer(
            (KeeperAnswerKind)from[10],
            BinaryPrimitives.ReadUInt16LittleEndian(from[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(from[14..]));
    }
}
