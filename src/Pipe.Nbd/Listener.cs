using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>Accepts the connections of a listening socket on a dedicated thread, and serves each on its own thread.</summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<Socket> _serve;
    private readonly Wake _closing = new();

    /// <param name="socket">Owned by this object from here on. Another program may have created it.</param>
    /// <param name="serve">Serves and owns a connection.</param>
    /// <param name="name">The name of the threads.</param>
    public Listener(Socket socket, Action<Socket> serve, string name)
    {
        (_socket, _serve) = (socket, serve);
        DataThread.Start("accept", () => Run(name));
    }

    /// <summary>Stops accepting connections.</summary>
    public void Dispose() => _closing.Signal();

    private void Run(string name)
    {
        try
        {
            var fd = new Fd((int)_socket.Handle, name);
            while (_closing.Readable(fd))
            {
                var connection = _socket.Accept();
                DataThread.Start(name, () => _serve(connection));
            }
        }
        catch (SocketException)
        {
            // The system is out of resources, or the program that created the socket has shut it down.
        }

        _socket.Dispose();
        _closing.Dispose();
    }
}
