namespace Pipe.Protocol;

/// <summary>
/// The responder has opened its object; the copy may start. If a cut archive goes on, it says what is there: the sender reads that
/// far, and if it is the same sends what comes behind it.
/// </summary>
/// <remarks>
/// <code>
///     ...   terms     Terms of the responder
///     u32   kept      fragments of the archive that are there, from its start
///           for each
///     u64   size      bytes
///     u64   digest    XXH3 of them
/// </code>
/// </remarks>
internal sealed record Accept(Terms Terms, IReadOnlyList<KeptFragment> Kept) : IMessage<Accept>
{
    public Accept(Terms terms)
        : this(terms, [])
    {
    }

    public static MessageType Type => MessageType.Accept;

    public void Write(WireWriter to)
    {
        Terms.Write(to);
        to.U32((uint)Kept.Count);
        foreach (var fragment in Kept)
        {
            to.Length(fragment.Size);
            to.U64(fragment.Digest);
        }
    }

    public static Accept Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "accept");
        var terms = Terms.Read(ref from);
        var kept = new KeptFragment[from.Number(from.U32(), 0, Limits.MaxKept, "kept fragments")];
        var total = 0L;
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = new KeptFragment(from.Length(), from.U64());
            total += kept[i].Size;
            if (total < 0)
            {
                ProtocolException.Throw("accept: kept fragments that are larger than any stream");
            }
        }

        from.End();
        return new Accept(terms, kept);
    }
}

/// <summary>A fragment that an archive has already.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">XXH3 of them, of 64 bits, with seed 0.</param>
internal readonly record struct KeptFragment(long Size, ulong Digest)
{
    public const int WireSize = 16;
}
