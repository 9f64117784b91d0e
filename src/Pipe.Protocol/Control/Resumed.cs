namespace Pipe.Protocol;

/// <summary>The waiting responder has taken over the new control channel.</summary>
/// <remarks>
/// <code>
/// </code>
/// </remarks>
internal readonly record struct Resumed : IMessage<Resumed>
{
    public static MessageType Type => MessageType.Resumed;

    public void Write(WireWriter to)
    {
    }

    public static Resumed Read(ReadOnlySpan<byte> payload)
    {
        new WireReader(payload, "resumed").End();
        return default;
    }
}
