namespace Pipe.Protocol;

/// <summary>The user has suspended this side: until it says otherwise, its silence is no fault. 0 seconds end the pause.</summary>
/// <remarks>
/// <code>
///     u32   seconds   the longest silence, at most MaxPauseSeconds; 0: the pause is over
/// </code>
/// </remarks>
internal readonly record struct Paused(int Seconds) : IMessage<Paused>
{
    public static MessageType Type => MessageType.Paused;

    public void Write(WireWriter to) => to.U32((uint)Seconds);

    public static Paused Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "paused");
        var paused = new Paused(from.Number(from.U32(), 0, Limits.MaxPauseSeconds, "pause"));
        from.End();
        return paused;
    }
}
