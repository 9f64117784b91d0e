namespace Pipe.Protocol;

/// <summary>The receiver's verdict: everything is there, checked and durable, and its command ended with 0. A failure is an Abort.</summary>
/// <remarks>
/// <code>
///     u64   size      bytes now in the object
///     u64   damaged   blocks that came damaged and were asked for again
///     u64   failed    members of a tree that could not be written
///     text  troubles  why, a line for each, as many as there is room for
/// </code>
/// </remarks>
internal readonly record struct Report(long Size, ulong Damaged, ulong Failed = 0, string Troubles = "") : IMessage<Report>
{
    public static MessageType Type => MessageType.Report;

    public void Write(WireWriter to)
    {
        to.Length(Size);
        to.U64(Damaged);
        to.U64(Failed);
        to.Text(Troubles);
    }

    public static Report Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "report");
        var report = new Report(from.Length(), from.U64(), from.U64(), from.Text());
        from.End();
        return report;
    }
}
