namespace Pipe.Protocol;

/// <summary>A control message: its type, and the encoding of its payload in a <see cref="Frame"/>.</summary>
internal interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>
{
    static abstract MessageType Type { get; }

    void Write(WireWriter to);

    static abstract TSelf Read(ReadOnlySpan<byte> payload);
}
