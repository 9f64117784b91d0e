namespace Pipe.Protocol;

/// <summary>The answer to Want: what the target of a tree already has, as entries with digests. The last Have has no entries.</summary>
/// <remarks>
/// <code>
///     u32   number        of the Want that it answers
///     u8    entries[]     TreeEntry, back to back
/// </code>
/// </remarks>
internal readonly record struct Have(uint Number, byte[] Entries) : IMessage<Have>
{
    public static MessageType Type => MessageType.Have;

    public void Write(WireWriter to)
    {
        to.U32(Number);
        to.Bytes(Entries);
    }

    public static Have Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "have");
        return new Have(from.U32(), from.Rest());
    }
}
