namespace Pipe.Protocol;

/// <summary>The total size of a tree that is being sent, for the progress meter.</summary>
/// <remarks>
/// <code>
///     u64  files    members other than directories
///     u64  bytes    in these files
/// </code>
/// </remarks>
internal readonly record struct Total(long Files, long Bytes) : IMessage<Total>
{
    public static MessageType Type => MessageType.Total;

    public void Write(WireWriter to)
    {
        to.Length(Files);
        to.Length(Bytes);
    }

    public static Total Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "total");
        var total = new Total(from.Length(), from.Length());
        from.End();
        return total;
    }
}
