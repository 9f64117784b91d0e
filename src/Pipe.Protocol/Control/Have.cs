namespace Pipe.Protocol;

/// <summary>What the target of a tree has already: entries with digests. The last one has none.</summary>
/// <remarks>
/// <code>
///     u32   number        of the question, as Want has it
///     u8    entries[]     TreeEntry, one after the other
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
