namespace Pipe.Protocol;

/// <summary>The head of a chain tells a node to end a link.</summary>
/// <remarks>
/// <code>
///     u32   link
/// </code>
/// </remarks>
internal readonly record struct Unfeed(uint Link) : IMessage<Unfeed>
{
    public static MessageType Type => MessageType.Unfeed;

    public void Write(WireWriter to) => to.U32(Link);

    public static Unfeed Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "unfeed");
        var unfeed = new Unfeed(from.U32());
        from.End();
        return unfeed;
    }
}
