using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>The buffers for the requests of all connections, 48 MiB. When they are in use, the server stops reading from sockets.</summary>
internal sealed class BufferPool : IDisposable
{
    public const int Small = 64 * 1024;
    public const int Large = 1024 * 1024;
    public const int SmallCount = 256;
    public const int LargeCount = 32;
    private readonly SlabPool _small = new(SmallCount, Small);
    private readonly SlabPool _large = new(LargeCount, Large);

    /// <summary>Waits for a buffer of at least <paramref name="length"/> bytes, or one of the largest size.</summary>
    /// <exception cref="IOException">The server is shutting down.</exception>
    public Slab Rent(long length) => (length <= Small ? _small : _large).Rent() ?? throw new IOException("the server ends");

    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
    }
}
