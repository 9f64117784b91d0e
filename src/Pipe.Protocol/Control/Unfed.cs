namespace Pipe.Protocol;

/// <summary>
/// A node of a chain reports to the head that it could not make a link, or that the link is broken. The node at the far end sends it if it receives
/// datagrams but its answers do not reach the caller.
/// </summary>
/// <remarks>
/// <code>
///     u32   link
///     text  reason
/// </code>
/// </remarks>
internal readonly record struct Unfed(uint Link, string Reason) : IMessage<Unfed>
{
    public static MessageType Type => MessageType.Unfed;

    public void Write(WireWriter to)
    {
        to.U32(Link);
        to.Text(Reason);
    }

    public static Unfed Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "unfed");
        var unfed = new Unfed(from.U32(), from.Text());
        from.End();
        return unfed;
    }
}
