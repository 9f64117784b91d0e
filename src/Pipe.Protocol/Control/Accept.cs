namespace Pipe.Protocol;

/// <summary>The responder has opened its object; the copy may start.</summary>
/// <remarks>
/// <code>
///     ...   terms     Terms of the responder
/// </code>
/// </remarks>
internal readonly record struct Accept(Terms Terms) : IMessage<Accept>
{
    public static MessageType Type => MessageType.Accept;

    public void Write(WireWriter to) => Terms.Write(to);

    public static Accept Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "accept");
        var accept = new Accept(Terms.Read(ref from));
        from.End();
        return accept;
    }
}
