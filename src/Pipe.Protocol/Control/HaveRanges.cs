namespace Pipe.Protocol;

/// <summary>
/// What the receiver of a file has of it already, from the start on and one message after another: a digest of each piece. The last
/// message has none.
/// </summary>
/// <remarks>
/// <code>
///     u32   piece         bytes of a piece; the last of a message may be shorter
///     u64   offset        of the first one
///     u64   length        bytes of all of them; 0: there is no more
///     u8    digests[]     PieceDigest, one after the other
/// </code>
/// </remarks>
internal readonly record struct HaveRanges(int Piece, long Offset, long Length, byte[] Digests) : IMessage<HaveRanges>
{
    public static MessageType Type => MessageType.HaveRanges;

    public int Count => Digests.Length / PieceDigest.Size;

    public long End => Offset + Length;

    public ReadOnlySpan<byte> DigestOf(int index) => Digests.AsSpan(index * PieceDigest.Size, PieceDigest.Size);

    public void Write(WireWriter to)
    {
        to.U32((uint)Piece);
        to.Length(Offset);
        to.Length(Length);
        to.Bytes(Digests);
    }

    public static HaveRanges Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "have ranges");
        var ranges = new HaveRanges(from.Number(from.U32(), Limits.MinPiece, Limits.MaxBlock, "piece"), from.Length(), from.Length(), from.Rest());
        if (ranges.Offset > long.MaxValue - ranges.Length)
        {
            ProtocolException.Throw("have ranges: pieces that are beyond any file");
        }

        var count = (ranges.Length / ranges.Piece) + (ranges.Length % ranges.Piece > 0 ? 1 : 0);
        if (ranges.Digests.Length % PieceDigest.Size != 0 || count != ranges.Count)
        {
            ProtocolException.Throw($"have ranges: {ranges.Digests.Length} bytes of digests for {count} pieces");
        }

        return ranges;
    }
}
