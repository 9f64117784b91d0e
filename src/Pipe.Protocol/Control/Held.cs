namespace Pipe.Protocol;

/// <summary>What a node of a chain has of a range. The numbers are on the wire.</summary>
internal enum HeldKind : byte
{
    /// <summary>The blocks of this run, checked and stored.</summary>
    Stored = 1,

    /// <summary>Bytes of an earlier run, which may differ.</summary>
    Present = 2,
}

/// <summary>A range that a node of a chain has, in whole blocks; the last block may be short.</summary>
internal readonly record struct HeldRange(HeldKind Kind, long Offset, long Length);

/// <summary>
/// A node of a chain says what it has, before it is fed over a link: to the head, which sends this on to the node that will feed it.
/// Ranges that are not named are missing.
/// </summary>
/// <remarks>
/// <code>
///     u32   link
///     u8    last      1 the list ends with this message, 0 another one follows
///           for each range
///     u8    kind      HeldKind
///     u64   offset
///     u64   length
/// </code>
/// </remarks>
internal readonly record struct Held(uint Link, bool IsLast, IReadOnlyList<HeldRange> Ranges) : IMessage<Held>
{
    public static MessageType Type => MessageType.Held;

    public void Write(WireWriter to)
    {
        to.U32(Link);
        to.U8(IsLast ? (byte)1 : (byte)0);
        foreach (var range in Ranges)
        {
            to.U8((byte)range.Kind);
            to.Length(range.Offset);
            to.Length(range.Length);
        }
    }

    public static Held Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "held");
        var (link, isLast) = (from.U32(), from.Choice(0, 1, "last") == 1);
        var ranges = new List<HeldRange>();
        while (!from.IsAtEnd)
        {
            if (ranges.Count == Limits.MaxHeldRanges)
            {
                ProtocolException.Throw($"held: more than {Limits.MaxHeldRanges} ranges");
            }

            var range = new HeldRange((HeldKind)from.Choice((byte)HeldKind.Stored, (byte)HeldKind.Present, "kind of range"), from.Length(), from.Length());
            if (range.Length == 0 || range.Offset > long.MaxValue - range.Length)
            {
                ProtocolException.Throw($"held: {range.Length} bytes at {range.Offset}");
            }

            ranges.Add(range);
        }

        return new Held(link, isLast, ranges);
    }
}
