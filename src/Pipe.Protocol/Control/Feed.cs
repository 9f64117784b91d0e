namespace Pipe.Protocol;

/// <summary>The head of a chain tells a node to connect to another one, and to send it what it lacks.</summary>
/// <remarks>
/// <code>
///     u32   link          number that no other link of the chain has
///     u8    session[16]   of the node to feed
///     u8    secret[32]    authenticates data connections to it
///     ...   listening     Listening of that node
/// </code>
/// </remarks>
internal readonly record struct Feed(uint Link, byte[] Session, byte[] Secret, Listening There) : IMessage<Feed>
{
    public static MessageType Type => MessageType.Feed;

    public void Write(WireWriter to)
    {
        to.U32(Link);
        to.Bytes(Session);
        to.Bytes(Secret);
        There.Write(to);
    }

    public static Feed Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "feed");
        var feed = new Feed(from.U32(), from.Bytes(Limits.SessionSize), from.Bytes(Limits.SecretSize), Listening.Read(ref from));
        from.End();
        return feed;
    }
}
