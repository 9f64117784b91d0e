namespace Pipe.Protocol;

/// <summary>The initiator has the responder's Report; the responder need not keep it.</summary>
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
