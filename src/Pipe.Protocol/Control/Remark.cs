namespace Pipe.Protocol;

/// <summary>What the initiator's user should know though the copy is done: something in it is not as it should be.</summary>
/// <remarks>
/// <code>
///     text  words
/// </code>
/// </remarks>
internal readonly record struct Remark(string Words) : IMessage<Remark>
{
    public static MessageType Type => MessageType.Remark;

    public void Write(WireWriter to) => to.Text(Words, Limits.MaxText);

    public static Remark Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "remark");
        var remark = new Remark(from.Text(Limits.MaxText));
        from.End();
        return remark;
    }
}
