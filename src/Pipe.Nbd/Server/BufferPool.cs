using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>The memory of all requests of all connections: 48 MiB. When it is used up, reading from sockets stops.</summary>
internal sealed class BufferPool : IDisposable
{
    public const int Small = 64 * 1024;
    public const int Large = 1024 * 1024;
    private const int SmallCount = 256;
    private const int LargeCount = 32;
    private readonly SlabPool _small = new(SmallCount, Small);
    private readonly SlabPool _large = new(LargeCount, Large);

    /// <summary>Waits for a buffer for that many bytes, or for the largest.</summary>
    /// <exception cref="IOException">The server ends.</exception>
    public Slab Rent(long length) => (length <= Small ? _small : _large).Rent() ?? throw new IOException("the server ends");

    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
    }
}
