using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Who speaks something else at the data port, or proves something else than was said there.</summary>
public sealed class LaneImpostorTests : IDisposable
{
    private static readonly Offer Ours = Offers.Make(protection: Protection.Encrypt);
    private readonly ConcurrentQueue<TcpLane> _joined = new();
    private readonly LaneListener _listener;

    public LaneImpostorTests() =>
        _listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, new LaneKey(Ours), _joined.Enqueue);

    public static TheoryData<string, string> Protocols => new()
    {
        { "HTTP", Convert.ToHexString(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {new string('x', 40)}\r\n\r\n")) },
        { "TLS", $"16030100C4010000C00303{new string('5', 64)}20{new string('6', 64)}001A1301130213031302" },
        { "SSH", Convert.ToHexString(Encoding.ASCII.GetBytes($"SSH-2.0-OpenSSH_9.9 {new string(' ', 60)}\r\n")) },
        { "the control channel", Convert.ToHexString([.. Frame.Marker, .. Frame.Pack(new Hello(1, 1, 0, new string('d', 60)))]) },
        { "zeros", new string('0', 200) },
    };

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var lane in _joined)
        {
            lane.Dispose();
        }
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [MemberData(nameof(Protocols))]
    public async Task Another_protocol_is_refused_without_an_answer(string name, string said)
    {
        using var client = await Connect();
        client.Send(Convert.FromHexString(said));

        Assert.True(await Answer(client) == 0, name);
        Assert.Empty(_joined);
    }

    /// <summary>Version, lane, protection, session and nonce: whatever was negotiated is in what is proven.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_proof_made_for_a_greeting_that_differs_in_any_byte_is_refused()
    {
        for (var at = 0; at < LaneHello.Size; at++)
        {
            using var client = await Connect();
            var (hello, answer) = await Greet(client);
            byte[] other = [.. hello];
            other[at] ^= 1;
            client.Send(LaneProof.OfConnector(Ours.Secret, other, answer.AsSpan(0, LaneHello.NonceSize)));
            Assert.Equal(0, await Answer(client));
        }

        Assert.Empty(_joined);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_proof_over_the_own_nonce_instead_of_the_listeners_is_refused()
    {
        using var client = await Connect();
        var (hello, _) = await Greet(client);
        client.Send(LaneProof.OfConnector(Ours.Secret, hello, hello.AsSpan(32)));

        Assert.Equal(0, await Answer(client));
        Assert.Empty(_joined);
    }

    /// <summary>An impostor that connects to the listener to let it answer a question that a connector has asked the impostor.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_answer_fetched_for_another_greeting_does_not_convince_a_connector()
    {
        using var client = await Connect();
        var (_, fetched) = await Greet(client);
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var connecting = Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, ((IPEndPoint)stranger.LocalEndpoint).Port, 0), 1, new LaneKey(Ours)));
        using var there = await stranger.AcceptSocketAsync();
        await there.SendAsync(fetched);

        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    /// <summary>The name of the session is not secret: each greeting contains it.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Those_who_know_the_name_of_the_session_and_no_secret_cannot_keep_all_places()
    {
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < Limits.MaxUnproven + 20; i++)
            {
                idle.Add(await Connect());
                await Greet(idle[^1]);
            }

            using var good = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, _listener.Port, 0), 3, new LaneKey(Ours)));
            Assert.True(await Limit.Until(() => _joined.Count == 1));
        }
        finally
        {
            idle.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Bytes after a refused greeting or a wrong proof are not read.</summary>
    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_never_stops_talking_is_not_listened_to(bool isGreeted)
    {
        using var client = await Connect();
        if (isGreeted)
        {
            await Greet(client);
        }

        var sent = 0L;
        var flood = new byte[1 << 20];
        await Assert.ThrowsAsync<SocketException>(() => Limit.Of(() =>
        {
            while (sent < 1L << 30)
            {
                sent += client.Send(flood);
            }
        }));

        // What fits into the buffers of two sockets.
        Assert.InRange(sent, 0, 32L << 20);
    }

    private static async Task<(byte[] Hello, byte[] Answer)> Greet(Socket client)
    {
        var hello = new byte[LaneHello.Size];
        new LaneHello(1, Ours.Protection, Ours.Session, Entropy.Bytes(LaneHello.NonceSize)).Write(hello);
        client.Send(hello);
        var answer = new byte[LaneHello.NonceSize + LaneProof.Size];
        for (var done = 0; done < answer.Length;)
        {
            done += await client.ReceiveAsync(answer.AsMemory(done)).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }

        return (hello, answer);
    }

    /// <summary>Bytes that come before the end; a reset is as good an end as any.</summary>
    private static async Task<int> Answer(Socket client)
    {
        try
        {
            return await client.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private async Task<Socket> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _listener.Port);
        return client;
    }
}
