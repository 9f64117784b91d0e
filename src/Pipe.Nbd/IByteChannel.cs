using System.Net.Security;

namespace Pipe.Nbd;

/// <summary>A connection with blocking calls. One thread may receive while another one sends. Throws <see cref="IOException"/>.</summary>
internal interface IByteChannel : IDisposable
{
    /// <summary>Waits for bytes; returns their number, 0 at the end.</summary>
    int Receive(Span<byte> buffer);

    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Continues with TLS. No other thread may use the channel meanwhile.</summary>
    /// <exception cref="IOException">The handshake fails.</exception>
    void StartTls(Func<Stream, SslStream> handshake) => throw new InvalidOperationException("a channel without TLS");

    /// <summary>Shuts the connection down, which ends the blocked calls of all threads.</summary>
    void Shutdown();
}
