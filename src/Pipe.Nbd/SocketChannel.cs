using System.Net.Security;
using System.Net.Sockets;
using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>A channel over a stream socket, with direct system calls until TLS begins.</summary>
internal sealed class SocketChannel : IByteChannel
{
    private readonly Socket _socket;
    private readonly Fd _fd;
    private SslStream? _tls;

    /// <param name="socket">A connected, blocking socket. Owned by this object from here on.</param>
    public SocketChannel(Socket socket)
    {
        _socket = socket;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
        }

        _fd = new Fd((int)socket.Handle, "nbd connection");
    }

    public int Receive(Span<byte> buffer) => _tls is null ? _fd.Read(buffer) : _tls.Read(buffer);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_tls is null)
        {
            _fd.WriteAll(bytes);
        }
        else
        {
            _tls.Write(bytes);
        }
    }

    public void StartTls(Func<Stream, SslStream> handshake) => _tls = handshake(new NetworkStream(_socket, ownsSocket: false));

    public void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is already closed.
        }
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _fd.Release();
        _socket.Dispose();
    }
}
