namespace Pipe.Protocol;

/// <summary>A node of a chain has failed to store a block. Its Abort follows.</summary>
/// <remarks>
/// <code>
///     u64   offset    of the block
///     u32   errno     of the system call that failed; 0: none did
/// </code>
/// </remarks>
internal readonly record struct Fault(long Offset, uint Errno) : IMessage<Fault>
{
    public static MessageType Type => MessageType.Fault;

    public void Write(WireWriter to)
    {
        to.Length(Offset);
        to.U32(Errno);
    }

    public static Fault Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "fault");
        var fault = new Fault(from.Length(), from.U32());
        from.End();
        return fault;
    }
}
