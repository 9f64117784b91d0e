namespace Pipe.Protocol;

/// <summary>The copy has failed on the sending side of this message; neither side commits.</summary>
/// <remarks>
/// <code>
///     u8    code      ExitCode, not 0
///     text  cause
///     text  hint      may be empty
/// </code>
/// </remarks>
internal readonly record struct Abort(ExitCode Code, string Cause, string Hint) : IMessage<Abort>
{
    public static MessageType Type => MessageType.Abort;

    public void Write(WireWriter to)
    {
        to.U8((byte)Code);
        to.Text(Cause, Limits.MaxText);
        to.Text(Hint, Limits.MaxText);
    }

    public static Abort Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "abort");
        var abort = new Abort((ExitCode)from.Choice(1, byte.MaxValue, "code"), from.Text(Limits.MaxText), from.Text(Limits.MaxText));
        from.End();
        return Enum.IsDefined(abort.Code) ? abort : abort with { Code = ExitCode.Objects };
    }
}
