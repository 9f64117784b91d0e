namespace Pipe.Protocol;

/// <summary>The answer to Reach: the first data connection is up, or none can be made.</summary>
/// <remarks>
/// <code>
///     text  reason     why none can be made; empty: success
/// </code>
/// </remarks>
internal readonly record struct Reached(string Reason) : IMessage<Reached>
{
    public static MessageType Type => MessageType.Reached;

    public void Write(WireWriter to) => to.Text(Reason);

    public static Reached Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "reached");
        var reached = new Reached(from.Text());
        from.End();
        return reached;
    }
}
