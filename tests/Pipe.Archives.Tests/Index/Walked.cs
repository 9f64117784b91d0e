namespace Pipe.Archives.Tests;

/// <summary>A stream and the index that a walker has made of it.</summary>
internal sealed class Walked
{
    private Walked(byte[] stream, byte[] text, MemberWalker walker)
    {
        Stream = stream;
        Text = text;
        Shortfall = walker.Shortfall;
        Index = new MemberIndex(() => new MemoryStream(text));
        Members = [.. Index.All()];
    }

    public byte[] Stream { get; }

    public byte[] Text { get; }

    public string Shortfall { get; }

    public MemberIndex Index { get; }

    public IReadOnlyList<IndexedMember> Members { get; }

    /// <summary>The stream comes in one piece, or in pieces of random sizes.</summary>
    public static Walked Of(byte[] stream, Random? pieces = null)
    {
        using var output = new MemoryStream();
        var walker = new MemberWalker(output);
        for (var rest = stream.AsSpan(); !rest.IsEmpty;)
        {
            var length = Math.Min(rest.Length, pieces == null ? rest.Length : pieces.Next(4) switch
            {
                0 => pieces.Next(4),
                1 => pieces.Next(600),
                2 => 512,
                _ => pieces.Next(70_000),
            });
            walker.Feed(rest[..length]);
            rest = rest[length..];
        }

        walker.End();
        return new Walked(stream, output.ToArray(), walker);
    }

    public ReadOnlySpan<byte> DataOf(IndexedMember member) => Stream.AsSpan((int)member.Data, (int)member.Stored);

    public ReadOnlySpan<byte> AllOf(IndexedMember member) => Stream.AsSpan((int)member.Offset, (int)member.Length);

    /// <summary>Members follow each other without a gap; what is between archives is filling, and so is what is behind them.</summary>
    public void AssertCoversAll()
    {
        Assert.Equal("", Shortfall);
        Assert.Equal("", Index.Shortfall);
        long at = 0;
        foreach (var member in Members)
        {
            Assert.True(member.Offset >= at && IsFilling(at, member.Offset), $"{member.Name} at {member.Offset}, not {at}");
            Assert.True(member.Data > member.Offset && member.Data + member.Stored <= member.Offset + member.Length);
            at = member.Offset + member.Length;
        }

        Assert.True(IsFilling(at, Stream.Length));
    }

    private bool IsFilling(long from, long to)
    {
        var bytes = Stream.AsSpan((int)from, (int)(to - from));
        var trailer = bytes.IndexOf("TRAILER!!!"u8);
        return (trailer < 0 ? bytes : bytes[(trailer + 10)..]).IndexOfAnyExcept((byte)0) < 0;
    }
}
