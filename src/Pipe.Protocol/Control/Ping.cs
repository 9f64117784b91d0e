namespace Pipe.Protocol;

/// <summary>A sign of life. It needs no answer: both sides send their own.</summary>
/// <remarks>
/// <code>
///     u64   moved     bytes acknowledged or consumed so far on this side, for diagnostics
///     u64   files     files of a tree that are complete
///     u64   bytes     bytes received of a tree
/// </code>
/// </remarks>
internal readonly record struct Ping(long Moved, long Files = 0, long Bytes = 0) : IMessage<Ping>
{
    public static MessageType Type => MessageType.Ping;

    public void Write(WireWriter to)
    {
        to.Length(Moved);
        to.Length(Files);
        to.Length(Bytes);
    }

    public static Ping Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "ping");
        var ping = new Ping(from.Length(), from.Length(), from.Length());
        from.End();
        return ping;
    }
}
