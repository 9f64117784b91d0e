namespace Pipe.Protocol;

/// <summary>The source has ended without an error, and every block has been sent.</summary>
/// <remarks>
/// <code>
///     u64   size      of the object, including holes
///     u64   blocks    data and holes, each counted once
///     u64   root      sum of BlockHeader.Fingerprint over the blocks, each counted once
///     u64   high      XXH128 of the whole stream if it becomes an archive, else zeros
///     u64   low
/// </code>
/// </remarks>
internal readonly record struct End(long Size, ulong Blocks, ulong Root, WideDigest Stream = default) : IMessage<End>
{
    public static MessageType Type => MessageType.End;

    public void Write(WireWriter to)
    {
        to.Length(Size);
        to.U64(Blocks);
        to.U64(Root);
        to.U64(Stream.High);
        to.U64(Stream.Low);
    }

    public static End Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "end");
        var end = new End(from.Length(), from.U64(), from.U64(), new WideDigest(from.U64(), from.U64()));
        from.End();
        return end;
    }
}
