namespace Pipe.Protocol;

/// <summary>
/// A sending responder reports its bottleneck so far, whenever it changes and before End. A node of a chain reports the bottleneck of the newest link over
/// which it feeds another node.
/// </summary>
/// <remarks>
/// <code>
///     u8    by        Bottleneck, not Unknown
/// </code>
/// </remarks>
internal readonly record struct Limited(Bottleneck By) : IMessage<Limited>
{
    public static MessageType Type => MessageType.Limited;

    public void Write(WireWriter to) => to.U8((byte)By);

    public static Limited Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "limited");
        var by = (Bottleneck)from.Choice((byte)Bottleneck.Network, (byte)Bottleneck.Rate, "bottleneck");
        from.End();
        return new Limited(by);
    }
}
