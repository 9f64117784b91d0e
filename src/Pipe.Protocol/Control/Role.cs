namespace Pipe.Protocol;

/// <summary>Whether a side sends or receives the blocks, or both. The numbers are on the wire.</summary>
internal enum Role : byte
{
    Sender = 1,
    Receiver = 2,

    /// <summary>A responder that receives blocks, stores them and sends them on.</summary>
    Node = 3,

    /// <summary>The initiator of a chain, which tells its nodes whom to feed. Never on the wire.</summary>
    Head = 255,
}
