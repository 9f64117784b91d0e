namespace Pipe.Engine;

/// <summary>Reads an addressable source front to back.</summary>
/// <param name="source">Owned by this object from here on.</param>
internal sealed class RangeStream(IRangeSource source) : IStreamSource
{
    private long _position;

    public long Size => source.Size;

    public long Occupied => source.Occupied;

    public int Mode => source.Mode;

    public string Warning => source.Warning;

    public int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, source.Size - _position);
        source.Read(buffer[..count], _position);
        _position += count;
        return count;
    }

    public BlockRecipe RecipeOf(ReadOnlySpan<byte> bytes, long offset) => new Range(source, offset);

    public bool HasMore() => _position < source.Size;

    public void Finish() => source.Finish();

    public void Abort() => source.Abort();

    public void Dispose() => source.Dispose();

    private sealed class Range(IRangeSource source, long offset) : BlockRecipe
    {
        public override int Size => 32;

        public override void Read(Span<byte> block) => source.Read(block, offset);
    }
}
