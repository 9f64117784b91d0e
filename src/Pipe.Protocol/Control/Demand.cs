namespace Pipe.Protocol;

/// <summary>How urgently the receiver of an object on demand wants a range. The numbers are on the wire.</summary>
internal enum DemandKind : byte
{
    /// <summary>A program waits for it.</summary>
    Miss = 1,

    /// <summary>A program is going to ask for it.</summary>
    Hint = 2,

    /// <summary>It is copied in the background.</summary>
    Sweep = 3,

    /// <summary>Nothing more is wanted; the range is empty.</summary>
    Enough = 4,
}

/// <summary>The receiver of an object on demand asks for a range.</summary>
/// <remarks>
/// <code>
///     u8    kind      DemandKind
///     u64   offset
///     u64   length
/// </code>
/// </remarks>
internal readonly record struct Demand(DemandKind Kind, long Offset, long Length) : IMessage<Demand>
{
    public static MessageType Type => MessageType.Demand;

    public long End => Offset + Length;

    public void Write(WireWriter to)
    {
        to.U8((byte)Kind);
        to.Length(Offset);
        to.Length(Length);
    }

    public static Demand Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "demand");
        var demand = new Demand((DemandKind)from.Choice((byte)DemandKind.Miss, (byte)DemandKind.Enough, "kind of demand"), from.Length(), from.Length());
        from.End();
        if (demand.Offset > long.MaxValue - demand.Length)
        {
            ProtocolException.Throw("demand: a range that is beyond any file");
        }

        return demand;
    }
}
