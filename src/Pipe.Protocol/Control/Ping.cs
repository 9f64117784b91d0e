namespace Pipe.Protocol;

/// <summary>A sign of life. No answer is due: both sides send their own.</summary>
/// <remarks>
/// <code>
///     u64   moved     bytes acknowledged or consumed so far on this side, for the curious
/// </code>
/// </remarks>
internal readonly record struct Ping(long Moved) : IMessage<Ping>
{
    public static MessageType Type => MessageType.Ping;

    public void Write(WireWriter to) => to.Length(Moved);

    public static Ping Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "ping");
        var ping = new Ping(from.Length());
        from.End();
        return ping;
    }
}
