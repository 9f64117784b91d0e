using System.Net;

namespace Pipe.Linux.Tests;

/// <summary>A test that fills datagrams, sends and receives them.</summary>
public abstract class UdpSocketTest : IDisposable
{
    private protected const int Limit = 30;

    private protected static SocketName NoSource => default;

    private protected DatagramBatch Batch { get; } = new(256, 2 << 20);

    private protected DatagramRing Ring { get; } = new(32);

    /// <summary>The sender of the last datagram.</summary>
    private protected SocketName LastFrom { get; private set; }

    public void Dispose()
    {
        Batch.Dispose();
        Ring.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static (UdpSocket From, UdpSocket To) Pair(int buffer = 4 << 20) =>
        (UdpSocket.Bind(IPAddress.Loopback, 0, 0, buffer), UdpSocket.Bind(IPAddress.Loopback, 0, 0, buffer));

    private protected static int Count(DatagramRing ring)
    {
        var count = 0;
        while (ring.MoveNext())
        {
            count++;
        }

        return count;
    }

    private protected static void AssertFilled(List<byte[]> received, int length) =>
        Assert.All(received.Index(), one => Assert.Equal(Content(one.Index, length), one.Item));

    private protected static byte[] Content(int index, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((index * 31) + i))];

    private protected SendResult Send(UdpSocket from, UdpSocket to) => from.Send(Batch, to.LocalName(), NoSource);

    private protected void Fill(int count, int length)
    {
        for (var i = 0; i < count; i++)
        {
            Content(i, length).CopyTo(Batch.Begin(length));
        }
    }

    private protected void Await(UdpSocket socket)
    {
        Assert.True(Wake.Await(socket.Fd, PollFd.In, Limit * 1000));
        Assert.True(socket.Receive(Ring));
    }

    private protected List<byte[]> Receive(UdpSocket socket, int count)
    {
        var received = new List<byte[]>();
        while (received.Count < count)
        {
            Await(socket);
            while (Ring.MoveNext())
            {
                received.Add(Ring.Current.ToArray());
                LastFrom = Ring.From;
            }

            Assert.Equal(0, Ring.Truncated);
        }

        Assert.Equal(count, received.Count);
        return received;
    }
}
