namespace Pipe.Protocol;

/// <summary>
/// A warning for the initiator's user about a copy that is otherwise complete, or the failure of the program whose output was copied.
/// </summary>
/// <remarks>
/// <code>
///     u8    code      ExitCode, not Done
///     text  words
///     text  hint      empty if there is none
/// </code>
/// </remarks>
internal readonly record struct Remark(string Words, ExitCode Code = ExitCode.Objects, string Hint = "") : IMessage<Remark>
{
    public static MessageType Type => MessageType.Remark;

    public void Write(WireWriter to)
    {
        to.U8((byte)Code);
        to.Text(Words, Limits.MaxText);
        to.Text(Hint, Limits.MaxText);
    }

    public static Remark Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "remark");
        var code = (ExitCode)from.Number(from.U8(), 1, byte.MaxValue, "code");
        var remark = new Remark(from.Text(Limits.MaxText), code, from.Text(Limits.MaxText));
        from.End();
        return remark;
    }
}
