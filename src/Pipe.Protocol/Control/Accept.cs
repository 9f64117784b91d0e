namespace Pipe.Protocol;

/// <summary>
/// The responder has opened its object; the copy may start. For an archive to be resumed it lists the complete fragments: the sender
/// verifies that its stream matches them, and sends the rest. For an archive to be read it lists the filters of the stream.
/// </summary>
/// <remarks>
/// <code>
///     ...   terms     Terms of the responder
///     u32   kept      complete fragments of the archive, from its start
///           for each
///     u64   size      bytes
///     u64   digest    XXH3 of the fragment
///     text  filters   for an archive to be read: filters of the stream, separated by NULs
/// </code>
/// </remarks>
internal readonly record struct Accept(Terms Terms, IReadOnlyList<KeptFragment> Kept, string Filters = "") : IMessage<Accept>
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

        to.Text(Filters);
    }

    public static Accept Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "accept");
        var terms = Terms.Read(ref from);
        var left = from.Count(from.U32(), 0, Limits.MaxKept, KeptFragment.WireSize, "kept fragments");
        var kept = new List<KeptFragment>(left);
        var total = 0L;
        for (; left > 0; left--)
        {
            kept.Add(new KeptFragment(from.Length(), from.U64()));
            total += kept[^1].Size;
            if (total < 0)
            {
                ProtocolException.Throw("accept: kept fragments larger than any stream");
            }
        }

        var filters = from.Text();
        from.End();
        return new Accept(terms, kept, filters);
    }
}
