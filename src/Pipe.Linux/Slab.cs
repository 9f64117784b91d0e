namespace Pipe.Linux;

/// <summary>
/// Page-aligned memory outside the garbage collector: room for a header, the payload, room for a tag, so that all leave in one call.
/// Never grows. Whoever rented it returns it to its pool, once; spans into it are valid until then.
/// </summary>
internal sealed unsafe class Slab : IDisposable
{
    private const int HeaderRoom = 4096;
    private const int TailRoom = 64;
    private nint _memory;
    private readonly nuint _size;
    private readonly SlabPool? _pool;

    public Slab(int capacity, SlabPool? pool = null)
    {
        const int readWrite = 3;
        const int privateAnonymous = 0x22;
        Capacity = capacity;
        _pool = pool;
        _size = (nuint)(HeaderRoom + capacity + TailRoom);
        _memory = Sys.Map(0, _size, readWrite, privateAnonymous, -1, 0);
        if (_memory == -1)
        {
            LinuxException.Throw("mmap", "buffers");
        }
    }

    /// <summary>Payload bytes it can hold.</summary>
    public int Capacity { get; }

    public Span<byte> Payload => new((byte*)_memory + HeaderRoom, Capacity);

    /// <summary>A header of that size, a payload of that length, and perhaps a tail, adjacent.</summary>
    public Span<byte> Framed(int header, int length, int tail = 0) => new((byte*)_memory + HeaderRoom - header, header + length + tail);

    /// <summary>Each has the bytes of the other from here on: as good as a copy, and free. Both have the same capacity.</summary>
    public void Exchange(Slab other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Capacity, Capacity);
        (_memory, other._memory) = (other._memory, _memory);
    }

    public void Return() => _pool?.Return(this);

    public void Dispose() => _ = Sys.Unmap(_memory, _size);
}
