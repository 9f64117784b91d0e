using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Connects to a listener, and authenticates both ends to each other as members of the session.</summary>
internal static class LaneHandshake
{
    /// <summary>The time limit for a connect to one address.</summary>
    public const int ConnectMilliseconds = 2000;

    /// <exception cref="IOException">The connect failed.</exception>
    public static TcpSocket Open(IPAddress address, int port, int buffer) => TcpSocket.Connect(address, port, ConnectMilliseconds, buffer);

    /// <param name="socket">The connection; the lane owns it, or it is closed.</param>
    /// <param name="number">The lane number.</param>
    /// <param name="key">The session's key.</param>
    /// <exception cref="IOException">The other end does not belong to the session.</exception>
    public static TcpLane Authenticate(TcpSocket socket, int number, LaneKey key)
    {
        try
        {
            return Greet(socket, number, key);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TcpLane Greet(TcpSocket socket, int number, LaneKey key)
    {
        var hello = new byte[LaneHello.Size];
        new LaneHello(number, key.Protection, key.Session, Entropy.Bytes(LaneHello.NonceSize)).Write(hello);
        socket.Send(hello);
        var answer = new byte[LaneHello.NonceSize + LaneProof.Size];
        Receive(socket, answer);
        var nonce = answer.AsSpan(0, LaneHello.NonceSize);
        if (!LaneProof.Equal(LaneProof.OfListener(key.Secret, hello, nonce), answer.AsSpan(LaneHello.NonceSize)))
        {
            throw new IOException("another program listens there: it does not know the secret of this session");
        }

        socket.Send(LaneProof.OfConnector(key.Secret, hello, nonce));
        return key.Lane(number, socket, hello, nonce, isConnector: true);
    }

    private static void Receive(TcpSocket socket, Span<byte> answer)
    {
        using var wake = new Wake();
        var deadline = Environment.TickCount64 + ConnectMilliseconds;
        for (var done = 0; done < answer.Length;)
        {
            if (!wake.Readable(socket.Fd, (int)Math.Max(0, deadline - Environment.TickCount64)))
            {
                throw new IOException("no answer to the greeting");
            }

            var count = socket.TryReceive(answer[done..]);
            done += count > 0 ? count : count < 0 ? 0 : throw new IOException("closed by the listener during the greeting");
        }
    }
}
