namespace Pipe.Protocol;

/// <summary>Tells the initiator's user what this side waits for while nothing moves; without words, the wait is over.</summary>
/// <remarks>
/// <code>
///     text  words
/// </code>
/// </remarks>
internal readonly record struct Waiting(string Words) : IMessage<Waiting>
{
    public static MessageType Type => MessageType.Waiting;

    public void Write(WireWriter to) => to.Text(Words, Limits.MaxText);

    public static Waiting Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "waiting");
        var waiting = new Waiting(from.Text(Limits.MaxText));
        from.End();
        return waiting;
    }
}
