using System.Net;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>A connection of the classic protocol. Each call waits for the limit at most, and throws a <see cref="Failure"/> that names the other machine.</summary>
internal sealed class ClassicLink : IDisposable
{
    private const int UserTimeout = 18; // TCP_USER_TIMEOUT, see tcp(7): limits a connection attempt too
    private const int SegmentSize = 2; // TCP_MAXSEG
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <param name="socket">Owned by this object from here on.</param>
    /// <param name="peer">The name of the other machine.</param>
    /// <param name="limit">The longest wait.</param>
    public ClassicLink(Socket socket, string peer, TimeSpan limit)
    {
        (Socket, Peer) = (socket, peer);
        socket.NoDelay = true;
        socket.ReceiveTimeout = socket.SendTimeout = (int)limit.TotalMilliseconds;
    }

    public Socket Socket { get; }

    public string Peer { get; }

    /// <summary>Connects; a machine that refuses is tried again until the limit, because its client may not have started yet.</summary>
    /// <param name="host">The host name.</param>
    /// <param name="port">The port.</param>
    /// <param name="terms">The limits; sizes are set on data connections.</param>
    /// <param name="wait">Called before each further try; may throw.</param>
    public static ClassicLink Connect(string host, int port, ClassicTerms terms, Action wait)
    {
        var started = Environment.TickCount64;
        for (var failures = 0; ;)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                Prepare(socket, port, terms);
                socket.Connect(AddressOf(host), port);
                return new ClassicLink(socket, host, terms.Idle);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failures += e.SocketErrorCode == SocketError.ConnectionRefused ? 0 : 1;
                if (failures > terms.Retries || Environment.TickCount64 - started > terms.Idle.TotalMilliseconds)
                {
                    throw new Failure(ExitCode.Unreachable, $"{host}: cannot connect to port {port}: {LinuxException.Describe(e)}", "a classic client has to run there: dolly --classic, or dolly 0.5x");
                }

                wait();
                Thread.Sleep(Pause);
            }
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[Socket.Send(bytes)..];
            }
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <summary>Returns as many bytes as there are; 0 at the end.</summary>
    public int Receive(Span<byte> buffer)
    {
        try
        {
            return Socket.Receive(buffer);
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    public void ReceiveAll(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Receive(buffer);
            buffer = count > 0 ? buffer[count..] : throw new Failure(ExitCode.Unreachable, $"{Peer}: closed the connection in the middle");
        }
    }

    /// <summary>Tells the other machine that no more follows.</summary>
    public void EndSending()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    public void Dispose() => Socket.Dispose();

    private static void Prepare(Socket socket, int port, ClassicTerms terms)
    {
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, BitConverter.GetBytes((int)terms.Idle.TotalMilliseconds));
        if (port == ClassicTerms.DataPort && terms.BufferSize > 0)
        {
            socket.SendBufferSize = terms.BufferSize;
        }

        if (port == ClassicTerms.DataPort && terms.SegmentSize > 0)
        {
            TrySegmentSize(socket, terms.SegmentSize);
        }
    }

    /// <summary>A size that the system refuses is ignored, as dolly does.</summary>
    private static void TrySegmentSize(Socket socket, int size)
    {
        try
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, SegmentSize, BitConverter.GetBytes(size));
        }
        catch (SocketException)
        {
            // The connection works with the usual size.
        }
    }

    private static IPAddress AddressOf(string host) =>
        Array.Find(HostAddresses.Of(host), static address => address.AddressFamily == AddressFamily.InterNetwork)
        ?? throw new Failure(ExitCode.Unreachable, $"{host}: no IPv4 address is known for this name");

    private Failure Lost(SocketException e) => e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock
        ? new Failure(ExitCode.Unreachable, $"{Peer}: moved nothing for {Socket.ReceiveTimeout / 1000} seconds", "-a SECONDS waits longer")
        : new Failure(ExitCode.Unreachable, $"{Peer}: {LinuxException.Describe(e)}");
}
