namespace Pipe.Protocol;

/// <summary>What the target of a tree has already: entries with digests. The last one is empty.</summary>
/// <remarks>
/// <code>
///     u8    entries[]     TreeEntry, one behind the other
/// </code>
/// </remarks>
internal readonly record struct Have(byte[] Entries) : IMessage<Have>
{
    public static MessageType Type => MessageType.Have;

    public void Write(WireWriter to) => to.Bytes(Entries);

    public static Have Read(ReadOnlySpan<byte> payload) => new(payload.ToArray());
}
