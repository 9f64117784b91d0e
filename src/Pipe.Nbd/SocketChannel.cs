using System.Net.Sockets;
using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>A channel over a stream socket, with direct system calls.</summary>
internal sealed class SocketChannel : IByteChannel
{
    private readonly Socket _socket;
    private readonly Fd _fd;

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

    public int Receive(Span<byte> buffer) => _fd.Read(buffer);

    public void Send(ReadOnlySpan<byte> bytes) => _fd.WriteAll(bytes);

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
        _fd.Release();
        _socket.Dispose();
    }
}
