namespace Pipe.Protocol;

/// <summary>The receiver's verdict: everything has arrived, is checked and durable, and the command exited with 0. A failure is an Abort.</summary>
/// <remarks>
/// <code>
///     u64   size      bytes now in the object
///     u64   damaged   blocks that arrived damaged and were requested again
///     u64   failed    members of a tree that could not be written
///     text  troubles  the causes, one line each, as many as fit
///     u64   unread    members that the sender could not read
///     text  causes    the causes, in the same form
///     u64   removed   removed members; this and the next only to a side with the feature Sums
///     u64   same      members whose contents the target had already
/// </code>
/// </remarks>
internal readonly record struct Report(long Size, ulong Damaged, ulong Failed = 0, string Troubles = "", ulong Unread = 0, string Causes = "", ulong? Removed = null, ulong Same = 0) : IMessage<Report>
{
    public static MessageType Type => MessageType.Report;

    public void Write(WireWriter to)
    {
        to.Length(Size);
        to.U64(Damaged);
        to.U64(Failed);
        to.Text(Troubles);
        to.U64(Unread);
        to.Text(Causes);
        if (Removed is { } removed)
        {
            to.U64(removed);
            to.U64(Same);
        }
    }

    public static Report Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "report");
        var report = new Report(from.Length(), from.U64(), from.U64(), from.Text(), from.U64(), from.Text());
        report = from.IsAtEnd ? report : report with { Removed = from.U64(), Same = from.U64() };
        from.End();
        return report;
    }
}
