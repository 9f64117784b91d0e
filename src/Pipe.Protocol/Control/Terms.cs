namespace Pipe.Protocol;

/// <summary>The properties of one end of the copy. Part of Offer and Accept.</summary>
/// <remarks>
/// <code>
///     u64   size      of the source; all ones: unknown, or this side receives
///     u16   mode      permission bits of the source, all ones: none
///     u32   block     maximum payload bytes of a block
///     u16   window    blocks that may be in flight to this side's sink; 0: any number, in any order
/// </code>
/// </remarks>
internal readonly record struct Terms(long Size, int Mode, int Block, int Window)
{
    public const int NoMode = 0xFFFF;

    public void Write(WireWriter to)
    {
        to.Length(Size);
        to.U16(Mode);
        to.U32((uint)Block);
        to.U16(Window);
    }

    public static Terms Read(ref WireReader from)
    {
        var size = from.LengthOrUnknown();
        var mode = from.U16();
        if (mode > 0xFFF && mode != NoMode)
        {
            ProtocolException.Throw($"terms: permission bits {mode:x}");
        }

        return new Terms(
            size,
            mode,
            from.Number(from.U32(), Limits.MinBlock, Limits.MaxBlock, "block"),
            from.Number(from.U16(), 0, Limits.MaxWindow, "window"));
    }
}
