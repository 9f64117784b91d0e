namespace Pipe.Protocol;

/// <summary>The head of a chain tells a node that another one is going to feed it over that link. The node answers with Held.</summary>
/// <remarks>
/// <code>
///     u32   link
/// </code>
/// </remarks>
internal readonly record struct Draw(uint Link) : IMessage<Draw>
{
    public static MessageType Type => MessageType.Draw;

    public void Write(WireWriter to) => to.U32(Link);

    public static Draw Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "draw");
        var draw = new Draw(from.U32());
        from.End();
        return draw;
    }
}
