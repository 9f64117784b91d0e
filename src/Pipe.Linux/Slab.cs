namespace Pipe.Linux;

/// <summary>
/// Page-aligned memory outside the garbage collector: room for a header, then the payload, so that both leave in one call.
/// Never grows. Whoever rented it returns it to its pool, once; spans into it are valid until then.
/// </summary>
internal sealed unsafe class Slab : IDisposable
{
    private const int HeaderRoom = 4096;
    private readonly nint _memory;
    private readonly nuint _size;
    private readonly SlabPool? _pool;

    public Slab(int capacity, SlabPool? pool = null)
    {
        const int readWrite = 3;
        const int privateAnonymous = 0x22;
        Capacity = capacity;
        _pool = pool;
        _size = (nuint)(HeaderRoom + capacity);
        _memory = Sys.Map(0, _size, readWrite, privateAnonymous, -1, 0);
        if (_memory == -1)
        {
            LinuxException.Throw("mmap", "buffers");
        }
    }

    /// <summary>Payload bytes it can hold.</summary>
    public int Capacity { get; }

    public Span<byte> Payload => new((byte*)_memory + HeaderRoom, Capacity);

    /// <summary>A header of that size and a payload of that length, adjacent.</summary>
    public Span<byte> Framed(int header, int length) => new((byte*)_memory + HeaderRoom - header, header + length);

    public void Return() => _pool?.Return(this);

    public void Dispose() => _ = Sys.Unmap(_memory, _size);
}
