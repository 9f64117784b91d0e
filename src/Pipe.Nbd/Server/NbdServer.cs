using System.Net;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Exports a clone to any number of clients.</summary>
/// <param name="clone">The clone.</param>
/// <param name="certificates">The certificates of the server; null if it has no TLS.</param>
internal sealed class NbdServer(Clone clone, TlsCertificates? certificates) : IDisposable
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
    /// <exception cref="Failure">Other hosts could access the clone.</exception>
    public void Listen(Socket socket)
    {
        var security = ExportSecurity.For(socket, certificates);
        lock (_connections)
        {
            _listeners.Add(new Listener(socket, connection => Serve(new SocketChannel(connection), security), "nbd"));
        }
    }

    /// <summary>Serves one client; returns when it has disconnected.</summary>
    public void Serve(IByteChannel channel, ExportSecurity security)
    {
        using var connection = new NbdConnection(channel, clone, _pool, security);
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

            var deadline = Deadline.After(mostMilliseconds);
            while (_connections.Count > 0 && deadline.TryWait(_connections))
            {
                // Each connection removes itself when its threads have ended.
            }
        }

        _pool.Dispose();
    }
}
