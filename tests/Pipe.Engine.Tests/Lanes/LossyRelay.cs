using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>A hop between the two ends of a datagram connection in the clear, which drops the selected datagrams.</summary>
internal sealed class LossyRelay : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<ulong, int, bool> _loses;
    private readonly Thread[] _threads;
    private volatile EndPoint? _caller;

    /// <param name="port">Of the listening end, on the loopback.</param>
    /// <param name="loses">Whether the fragment of that block at that offset is lost this time.</param>
    public LossyRelay(int port, Func<ulong, int, bool> loses)
    {
        _loses = loses;
        foreach (var socket in new[] { _near, _far })
        {
            socket.ReceiveBufferSize = 4 << 20;
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }

        var listener = new IPEndPoint(IPAddress.Loopback, port);
        _threads = [new Thread(() => Pass(_near, () => (_far, listener), isCaller: true)), new Thread(() => Pass(_far, () => (_near, _caller!), isCaller: false))];
        Array.ForEach(_threads, thread => thread.Start());
    }

    public int Port => ((IPEndPoint)_near.LocalEndPoint!).Port;

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Pass(Socket from, Func<(Socket, EndPoint)> to, bool isCaller)
    {
        var bytes = new byte[DatagramLimits.MaxDatagram];
        try
        {
            while (true)
            {
                EndPoint sender = new IPEndPoint(IPAddress.Loopback, 0);
                var length = from.ReceiveFrom(bytes, ref sender);
                if (length == 0)
                {
                    return;
                }

                _caller = isCaller ? sender : _caller;
                if (bytes[0] != (byte)DatagramType.Data || !_loses(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24))))
                {
                    var (socket, there) = to();
                    socket.SendTo(bytes.AsSpan(0, length), there);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
