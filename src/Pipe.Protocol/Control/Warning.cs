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
internal readonly record struct Warning(string Words, ExitCode Code = ExitCode.Objects, string Hint = "") : IMessage<Warning>
{
    public static MessageType Type => MessageType.Warning;

    public void Write(WireWriter to)
    {
        to.U8((byte)Code);
        to.Text(Words, Limits.MaxText);
        to.Text(Hint, Limits.MaxText);
    }

    public static Warning Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "warning");
        var code = (ExitCode)from.Number(from.U8(), 1, byte.MaxValue, "code");
        var warning = new Warning(from.Text(Limits.MaxText), code, from.Text(Limits.MaxText));
        from.End();
        return warning;
    }
}
