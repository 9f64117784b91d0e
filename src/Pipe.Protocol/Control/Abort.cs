namespace Pipe.Protocol;

/// <summary>The copy has failed on the side that sends this; nothing is committed on either side.</summary>
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
        to.Text(Cause, Limits.MaxFrame / 4);
        to.Text(Hint, Limits.MaxFrame / 4);
    }

    public static Abort Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "abort");
        var abort = new Abort((ExitCode)from.Choice(1, byte.MaxValue, "code"), from.Text(Limits.MaxFrame / 4), from.Text(Limits.MaxFrame / 4));
        from.End();
        return Enum.IsDefined(abort.Code) ? abort : abort with { Code = ExitCode.Objects };
    }
}
