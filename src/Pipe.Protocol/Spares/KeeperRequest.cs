using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Types of <see cref="KeeperRequest"/>.</summary>
internal enum KeeperRequestKind : byte
{
    /// <summary>Take the spare server, if there is one, and hold the login open until the connection ends and then for the given seconds.</summary>
    Take = 1,

    /// <summary>End the login.</summary>
    End = 2,
}

/// <summary>The only message from a client to a keeper, in one packet.</summary>
/// <remarks>
/// <code>
///     u8   magic[8]   "PIPEKEEP"
///     u16  version    1
///     u8   kind       KeeperRequestKind
///     u8   zero
///     u32  seconds    how long the login stays open after this call; 0 in an End
///     u8   key[16]    the spare server must match it
/// </code>
/// </remarks>
internal readonly record struct KeeperRequest(KeeperRequestKind Kind, int Seconds, Digest Key)
{
    public const int Size = 32;

    /// <summary>Version of the keeper protocol, independent of the control protocol.</summary>
    public const int Version = 1;

    public static ReadOnlySpan<byte> Magic => "PIPEKEEP"u8;

    public byte[] Packed()
    {
        var packed = new byte[Size];
        Magic.CopyTo(packed);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(8), Version);
        packed[10] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(12), (uint)Seconds);
        BinaryPrimitives.WriteUInt64LittleEndian(packed.AsSpan(16), Key.A);
        BinaryPrimitives.WriteUInt64LittleEndian(packed.AsSpan(24), Key.B);
        return packed;
    }

    public static KeeperRequest Read(ReadOnlySpan<byte> from)
    {
        if (from.Length != Size
            || !from[..8].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(from[8..]) != Version
            || (KeeperRequestKind)from[10] is not (KeeperRequestKind.Take or KeeperRequestKind.End)
            || from[11] != 0)
        {
            ProtocolException.Throw("invalid keeper request");
        }

        var seconds = BinaryPrimitives.ReadUInt32LittleEndian(from[12..]);
        if (seconds > Limits.MaxTimeoutSeconds)
        {
            ProtocolException.Throw($"a login for {seconds} seconds");
        }

        return new KeeperRequest(
            (KeeperRequestKind)from[10],
            (int)seconds,
            new Digest(BinaryPrimitives.ReadUInt64LittleEndian(from[16..]), BinaryPrimitives.ReadUInt64LittleEndian(from[24..]), 0, 0));
    }
}
