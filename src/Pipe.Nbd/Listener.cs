using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Nbd;

/// <summary>Takes the connections of a socket that listens, on a thread of its own, and gives each to a thread of its own.</summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<Socket> _serve;
    private readonly Wake _closing = new();

    /// <param name="socket">Owned from here on. May come from another program.</param>
    /// <param name="serve">Gets each connection, and owns it.</param>
    /// <param name="name">Of the threads.</param>
    public Listener(Socket socket, Action<Socket> serve, string name)
    {
        (_socket, _serve) = (socket, serve);
        DataThread.Start("accept", () => Run(name));
    }

    /// <summary>No more connections.</summary>
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
            // The system has no more to give, or the other program has shut it down.
        }

        _socket.Dispose();
        _closing.Dispose();
    }
}
