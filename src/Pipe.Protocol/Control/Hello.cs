namespace Pipe.Protocol;

/// <summary>The first message of both sides. Its layout is the same in all versions.</summary>
/// <remarks>
/// <code>
///     u16   lowest     protocol version spoken
///     u16   highest
///     u64   features   Features; unknown ones are ignored
///     text  program    name and version, for messages
/// </code>
/// </remarks>
internal readonly record struct Hello(int Lowest, int Highest, Features Features, string Program) : IMessage<Hello>
{
    public static MessageType Type => MessageType.Hello;

    public static Hello Ours(string program) => new(Limits.ProtocolVersion, Limits.ProtocolVersion, Features.Ranges | Features.Demand | Features.Sums | Features.Chain, program);

    public bool Speaks(int version) => Lowest <= version && version <= Highest;

    public void Write(WireWriter to)
    {
        to.U16(Lowest);
        to.U16(Highest);
        to.U64((ulong)Features);
        to.Text(Program, Limits.MaxShortText);
    }

    public static Hello Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "hello");
        var hello = new Hello(from.U16(), from.U16(), (Features)from.U64(), from.Text(Limits.MaxShortText));
        from.End();
        return hello;
    }
}
