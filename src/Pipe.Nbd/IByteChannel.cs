namespace Pipe.Nbd;

/// <summary>A connection with blocking calls. One thread receives and one sends at a time. Throws <see cref="IOException"/>.</summary>
internal interface IByteChannel : IDisposable
{
    /// <summary>Waits for bytes; 0 at the end.</summary>
    int Receive(Span<byte> buffer);

    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the calls of all threads.</summary>
    void Shutdown();
}
