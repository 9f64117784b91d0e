using System.Net;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Exports a clone to any number of clients.</summary>
internal sealed class NbdServer(Clone clone) : IDisposable
{
    private const int Backlog = 128;
    private const int MostConnections = 64;
    private readonly BufferPool _pool = new();
    private readonly HashSet<NbdConnection> _connections = [];
    private readonly List<Listener> _listeners = [];
    private bool _isClosed;

    /// <summary>Listens on a Unix socket that only this user can access.</summary>
    /// <exception cref="Failure">The socket cannot be created.</exception>
    public void ListenUnix(string path) => Listen(LocalSocket.Listen(path, Backlog));

    /// <summary>Listens on a TCP port; returns the port number.</summary>
    /// <exception cref="Failure">The address cannot be used.</exception>
    public int ListenTcp(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new Failure(ExitCode.Objects, $"{address} port {port}: {e.Message}");
        }

        Listen(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Serves the clients of a listening socket.</summary>
    public void Listen(Socket socket)
    {
        lock (_connections)
        {
            _listeners.Add(new Listener(socket, connection => Serve(new SocketChannel(connection)), "nbd"));
        }
    }

    /// <summary>Serves one client; returns when it has disconnected.</summary>
    public void Serve(IByteChannel channel)
    {
        using var connection = new NbdConnection(channel, clone, _pool);
        lock (_connections)
        {
            if (_isClosed || _connections.Count >= MostConnections)
            {
                channel.Dispose();
                return;
            }

            _connections.Add(connection);
        }

        connection.Run();
        lock (_connections)
        {
            _connections.Remove(connection);
            Monitor.PulseAll(_connections);
        }
    }

    /// <summary>Closes all connections, and waits a few seconds for their threads to end.</summary>
    public void Dispose()
    {
        const int mostMilliseconds = 5000;
        lock (_connections)
        {
            _isClosed = true;
            _listeners.ForEach(static listener => listener.Dispose());
            foreach (var connection in _connections)
            {
                connection.Shutdown();
            }

            var until = Environment.TickCount64 + mostMilliseconds;
            while (_connections.Count > 0 && Environment.TickCount64 < until)
            {
                Monitor.Wait(_connections, 100);
            }
        }

        _pool.Dispose();
    }
}
