namespace Pipe.Linux;

/// <summary>
/// A page-aligned unmanaged buffer: room for a header, the payload, and room for a tag, adjacent so that one call sends all three.
/// Never grows. The renter returns it to its pool, once; spans into it are valid until then.
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

    /// <summary>Payload bytes that fit.</summary>
    public int Capacity { get; }

    public Span<byte> Payload => new((byte*)_memory + HeaderRoom, Capacity);

    /// <summary>A header, a payload and an optional tail of the given sizes, adjacent.</summary>
    public Span<byte> Framed(int header, int length, int tail = 0) => new((byte*)_memory + HeaderRoom - header, header + length + tail);

    /// <summary>Swaps the memory of two slabs of the same capacity: a free substitute for copying.</summary>
    public void Exchange(Slab other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Capacity, Capacity);
        (_memory, other._memory) = (other._memory, _memory);
    }

    public void Return() => _pool?.Return(this);

    public void Dispose() => _ = Sys.Unmap(_memory, _size);
}
