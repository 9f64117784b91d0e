namespace Pipe.Engine;

/// <summary>Reads any source front to back on one thread.</summary>
/// <param name="source">The source, still owned by the caller.</param>
internal sealed class FrontToBack(ISource source)
{
    private readonly IRangeSource? _range = source.Ranges;
    private readonly IStreamSource? _stream = source.Stream;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Waits for bytes; 0 at the end, or once aborted.</summary>
    public int Read(Span<byte> buffer)
    {
        var count = _range is null ? _stream!.Read(buffer) : ReadRange(_range, buffer);
        Position += count;
        return count;
    }

    /// <summary>Whether more can be read without waiting.</summary>
    public bool HasMore() => _range is null ? _stream!.HasMore() : Position < _range.Size;

    private int ReadRange(IRangeSource range, Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, range.Size - Position);
        range.Read(buffer[..count], Position);
        return count;
    }
}
