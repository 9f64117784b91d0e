using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A listener for lanes, and clients that greet it byte by byte.</summary>
public abstract class LaneListenerTest : IDisposable
{
    private protected const int AnswerSize = LaneHello.NonceSize + LaneProof.Size;

    private protected static readonly Offer Ours = Offers.Make();

    private protected LaneListenerTest() =>
        Listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, new LaneKey(Ours), Joined.Enqueue);

    private protected ConcurrentQueue<TcpLane> Joined { get; } = new();

    private protected LaneListener Listener { get; }

    public void Dispose()
    {
        Listener.Dispose();
        while (Joined.TryDequeue(out var lane))
        {
            lane.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private protected static byte[] Hello(Offer offer, int lane)
    {
        var hello = new byte[LaneHello.Size];
        new LaneHello(lane, offer.Protection, offer.Session, Entropy.Bytes(LaneHello.NonceSize)).Write(hello);
        return hello;
    }

    private protected static async Task<(byte[] Hello, byte[] Nonce, byte[] Proof)> Greet(Socket client, Offer offer, int lane = 1)
    {
        var hello = Hello(offer, lane);
        client.Send(hello);
        var answer = await Receive(client, AnswerSize);
        return (hello, answer[..LaneHello.NonceSize], answer[LaneHello.NonceSize..]);
    }

    private protected static async Task<byte[]> Receive(Socket client, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var more = await client.ReceiveAsync(bytes.AsMemory(done)).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(more > 0, $"closed after {done} bytes");
            done += more;
        }

        return bytes;
    }

    private protected async Task AssertRefused(Socket client)
    {
        var joined = Joined.Count;
        var answered = 0;
        try
        {
            answered = await client.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (SocketException)
        {
            // A reset is as good an end as any.
        }

        Assert.Equal(0, answered);
        Assert.Equal(joined, Joined.Count);
    }

    private protected async Task<Socket> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, Listener.Port);
        return client;
    }
}
