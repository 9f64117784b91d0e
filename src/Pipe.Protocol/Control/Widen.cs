namespace Pipe.Protocol;

/// <summary>
/// Data connections are wanted. To the side that can connect: do. To the side that listens: say Listening, again if need be.
/// With 0: there is no way to have any, everything goes inside the control channel.
/// </summary>
/// <remarks>
/// <code>
///     u16   lanes     data connections wanted; 0: none can be had
///     text  reason    why none can be had
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
