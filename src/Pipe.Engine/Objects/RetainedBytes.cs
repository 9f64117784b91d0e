using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A ring of memory with the latest bytes of a file: those that could be lost, until it is certain that they are not.</summary>
internal sealed class RetainedBytes(int capacity) : IDisposable
{
    private readonly Slab _memory = new(capacity);

    public int Capacity => capacity;

    /// <summary>The bytes from that offset of the file on, as many of them as lie in one piece.</summary>
    public Span<byte> At(long offset, long length)
    {
        var start = (int)(offset % capacity);
        return _memory.Payload.Slice(start, (int)Math.Min(length, capacity - start));
    }

    public void Dispose() => _memory.Dispose();
}
