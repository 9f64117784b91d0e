namespace Pipe.Protocol;

/// <summary>Whether a side sends or receives the blocks. The numbers are on the wire.</summary>
internal enum Role : byte
{
    Sender = 1,
    Receiver = 2,
}
