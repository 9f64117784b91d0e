namespace Pipe.Protocol;

/// <summary>
/// Requests data connections. The connecting side makes them; the listening side sends Listening, again if necessary. 0 means that none
/// can be made and everything goes inside the control channel. With others, a connecting responder names the transport that it has chosen, and any responder
/// gives the reason for such a choice, in a further Widen.
/// </summary>
/// <remarks>
/// <code>
///     u16   lanes     data connections wanted; 0: none are possible
///     text  reason    why none are possible, a transport, or why it was chosen
/// </code>
/// </remarks>
internal readonly record struct Widen(int Lanes, string Reason = "") : IMessage<Widen>
{
    public static MessageType Type => MessageType.Widen;

    public void Write(WireWriter to)
    {
        to.U16(Lanes);
        to.Text(Reason, Limits.MaxText);
    }

    public static Widen Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "widen");
        var widen = new Widen(from.Number(from.U16(), 0, Limits.MaxLanes, "lanes"), from.Text());
        from.End();
        return widen;
    }
}
