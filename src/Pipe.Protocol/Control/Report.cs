namespace Pipe.Protocol;

/// <summary>The receiver's verdict: everything is there, checked and durable, and its command ended with 0. A failure is an Abort.</summary>
/// <remarks>
/// <code>
///     u64   size      bytes now in the object
///     u64   damaged   blocks that came damaged and were asked for again
/// </code>
/// </remarks>
internal readonly record struct Report(long Size, ulong Damaged) : IMessage<Report>
{
    public static MessageType Type => MessageType.Report;

    public void Write(WireWriter to)
    {
        to.Length(Size);
        to.U64(Damaged);
    }

    public static Report Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "report");
        var report = new Report(from.Length(), from.U64());
        from.End();
        return report;
    }
}
