namespace Pipe.Protocol;

/// <summary>A control message: its number, and how it becomes the payload of a <see cref="Frame"/> and back.</summary>
internal interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>
{
    static abstract MessageType Type { get; }

    void Write(WireWriter to);

    static abstract TSelf Read(ReadOnlySpan<byte> payload);
}
