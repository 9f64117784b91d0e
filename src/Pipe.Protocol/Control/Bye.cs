namespace Pipe.Protocol;

/// <summary>The initiator has received the Report; the responder may discard it.</summary>
/// <remarks>
/// <code>
/// </code>
/// </remarks>
internal readonly record struct Bye : IMessage<Bye>
{
    public static MessageType Type => MessageType.Bye;

    public void Write(WireWriter to)
    {
    }

    public static Bye Read(ReadOnlySpan<byte> payload)
    {
        new WireReader(payload, "bye").End();
        return default;
    }
}
