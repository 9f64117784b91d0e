namespace Pipe.Protocol;

/// <summary>From the responder: the bytes that its source occupies on disk, or those that are free for its sink.</summary>
/// <remarks>
/// <code>
///     u64   bytes
/// </code>
/// </remarks>
internal readonly record struct Space(long Bytes) : IMessage<Space>
{
    public static MessageType Type => MessageType.Space;

    public void Write(WireWriter to) => to.Length(Bytes);

    public static Space Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "space");
        var space = new Space(from.Length());
        from.End();
        return space;
    }
}
