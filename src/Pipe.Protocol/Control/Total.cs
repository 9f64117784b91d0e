namespace Pipe.Protocol;

/// <summary>How much there is in all of a tree that is being sent: for the one who watches it arrive.</summary>
/// <remarks>
/// <code>
///     u64  files    all that is not a directory
///     u64  bytes    in them
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
