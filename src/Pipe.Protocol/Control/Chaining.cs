namespace Pipe.Protocol;

/// <summary>What the responder of a chain has to know besides the offer. Part of Offer if the responder is a node.</summary>
/// <remarks>
/// <code>
///     u8    flags     1 keep blocks of an earlier run that are right, 2 read the target again at the end
///     u64   memory    bytes of blocks to keep for the nodes that it feeds
/// </code>
/// </remarks>
internal readonly record struct Chaining(bool Resumes, bool ReadsAgain, long Memory)
{
    private const byte FlagResumes = 1;
    private const byte FlagReadsAgain = 2;

    public void Write(WireWriter to)
    {
        to.U8((byte)((Resumes ? FlagResumes : 0) | (ReadsAgain ? FlagReadsAgain : 0)));
        to.Length(Memory);
    }

    public static Chaining Read(ref WireReader from)
    {
        var flags = from.Choice(0, FlagResumes | FlagReadsAgain, "flags of a chain");
        var memory = from.Length();
        if (memory > Limits.MaxChainMemory)
        {
            ProtocolException.Throw($"offer: {memory} bytes of blocks to keep");
        }

        return new Chaining((flags & FlagResumes) != 0, (flags & FlagReadsAgain) != 0, memory);
    }
}
