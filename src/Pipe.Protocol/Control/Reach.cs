namespace Pipe.Protocol;

/// <summary>Asks a responder to make the data connections to another responder, the other end of the copy, which listens for them.</summary>
/// <remarks>
/// <code>
///     u8    session[16]   of the other responder
///     u8    secret[32]    authenticates data connections to it
///     ...   listening     Listening of the other responder
/// </code>
/// </remarks>
internal readonly record struct Reach(byte[] Session, byte[] Secret, Listening There) : IMessage<Reach>
{
    public static MessageType Type => MessageType.Reach;

    public void Write(WireWriter to)
    {
        to.Bytes(Session);
        to.Bytes(Secret);
        There.Write(to);
    }

    public static Reach Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "reach");
        var reach = new Reach(from.Bytes(Limits.SessionSize), from.Bytes(Limits.SecretSize), Listening.Read(ref from));
        from.End();
        return reach;
    }
}
