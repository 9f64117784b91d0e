namespace Pipe.Protocol;

/// <summary>Which way the blocks go, seen from one side. The numbers are on the wire.</summary>
internal enum Role : byte
{
    Sender = 1,
    Receiver = 2,
}
