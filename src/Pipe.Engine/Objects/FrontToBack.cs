namespace Pipe.Engine;

/// <summary>Reads any source front to back on one thread.</summary>
/// <param name="source">The source, still owned by the caller.</param>
internal sealed class FrontToBack(ISource source)
{
    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Waits for bytes; 0 at the end, or once aborted.</summary>
    public int Read(Span<byte> buffer)
    {
        int count;
        if (source is IRangeSource range)
        {
            count = (int)Math.Min(buffer.Length, range.Size - Position);
            range.Read(buffer[..count], Position);
        }
        else
        {
            count = ((IStreamSource)source).Read(buffer);
        }

        Position += count;
        return count;
    }

    /// <summary>Whether more can be read without waiting.</summary>
    public bool HasMore() => source is IRangeSource ? Position < source.Size : ((IStreamSource)source).HasMore();
}
