using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>What a client wants of a keeper.</summary>
internal enum KeeperRequestKind : byte
{
    /// <summary>The spare server, if there is one; the login, for as long as the connection lasts and then for so many seconds.</summary>
    Take = 1,

    /// <summary>The end of the login.</summary>
    End = 2,
}

/// <summary>The one message that a client sends to a keeper, in one packet.</summary>
/// <remarks>
/// <code>
///     u8   magic[8]   "PIPEKEEP"
///     u16  version    1
///     u8   kind       KeeperRequestKind
///     u8   zero
///     u32  seconds    how long the login stays after this call; 0 in an End
///     u8   key[16]    what the spare server has to match
/// </code>
/// </remarks>
internal readonly record struct KeeperRequest(KeeperRequestKind Kind, int Seconds, Digest Key)
{
    public const int Size = 32;

    /// <summary>Of this conversation, whatever the version of the control protocol.</summary>
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
            ProtocolException.Throw("no request for a keeper");
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
