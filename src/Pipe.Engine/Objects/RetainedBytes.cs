using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A ring buffer of the latest bytes of a file: those that could still be lost.</summary>
internal sealed class RetainedBytes(int capacity) : IDisposable
{
    private readonly Slab _memory = new(capacity);

    public int Capacity => capacity;

    /// <summary>The bytes from that offset of the file, as many as are contiguous in memory.</summary>
    public Span<byte> At(long offset, long length)
    {
        var start = (int)(offset % capacity);
        return _memory.Payload.Slice(start, (int)Math.Min(length, capacity - start));
    }

    public void Dispose() => _memory.Dispose();
}
