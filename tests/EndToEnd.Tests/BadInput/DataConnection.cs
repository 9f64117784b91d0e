using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace EndToEnd.Tests.BadInput;

/// <summary>A data connection of a peer that knows the secret, and then sends what it likes.</summary>
internal sealed class DataConnection : IDisposable
{
    private readonly Socket _socket;

    private DataConnection(Socket socket) => _socket = socket;

    /// <summary>Connects and proves itself; null if that is refused, or the listener has gone.</summary>
    public static DataConnection? Join(Offer offer, Listening there, int lane)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        try
        {
            socket.Connect(IPAddress.Loopback, there.Port);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        var connection = new DataConnection(socket);
        var hello = new byte[LaneHello.Size];
        new LaneHello(1, offer.Protection, offer.Session, Entropy.Bytes(LaneHello.NonceSize)).Write(hello);
        BitConverter.TryWriteBytes(hello.AsSpan(10), (ushort)lane);
        connection.Send(hello);
        var answer = new byte[LaneHello.NonceSize + LaneProof.Size];
        if (!connection.Fill(answer))
        {
            connection.Dispose();
            return null;
        }

        connection.Send(LaneProof.OfConnector(offer.Secret, hello, answer.AsSpan(0, LaneHello.NonceSize)));
        return connection;
    }

    public void Dispose() => _socket.Dispose();

    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }
        catch (SocketException)
        {
            // Thrown out.
        }
    }

    public void Send(in BlockHeader header, ReadOnlySpan<byte> payload)
    {
        var block = new byte[BlockHeader.Size + payload.Length];
        header.Write(block);
        payload.CopyTo(block.AsSpan(BlockHeader.Size));
        Send(block);
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Waits until the other side has closed it. False if it does not.</summary>
    public bool IsThrownOut()
    {
        try
        {
            var bytes = new byte[4096];
            while (_socket.Receive(bytes) > 0)
            {
            }

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private bool Fill(Span<byte> buffer)
    {
        try
        {
            for (var done = 0; done < buffer.Length;)
            {
                var count = _socket.Receive(buffer[done..]);
                if (count == 0)
                {
                    return false;
                }

                done += count;
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
