using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneListenerTests : IDisposable
{
    private const int AnswerSize = LaneHello.NonceSize + LaneProof.Size;
    private static readonly Offer Ours = Offers.Make();
    private readonly ConcurrentQueue<TcpLane> _joined = new();
    private readonly LaneListener _listener;

    public LaneListenerTests() =>
        _listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, new LaneKey(Ours), _joined.Enqueue);

    public void Dispose()
    {
        _listener.Dispose();
        while (_joined.TryDequeue(out var lane))
        {
            lane.Dispose();
        }
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)Protection.Clear)]
    [InlineData((byte)Protection.Authenticate)]
    [InlineData((byte)Protection.Encrypt)]
    public async Task Who_knows_the_secret_gets_in_and_blocks_and_acknowledgements_go_through(byte protection)
    {
        var key = new LaneKey(Offers.Make(protection: (Protection)protection));
        using var listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, key, _joined.Enqueue);
        using var lane = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, listener.Port, 0), 3, key));
        Assert.True(await Limit.Until(() => !_joined.IsEmpty));
        var other = _joined.Single();
        using var slab = new Slab(Limits.MinBlock);
        using var arrived = new Slab(Limits.MinBlock);
        "bytes"u8.CopyTo(slab.Payload);

        lane.Send(BlockHeader.Data(10, 5, 0, default), slab);
        await Limit.Of(() => Assert.Equal(Arrival.Block, other.Receive(arrived, out _, out _)));
        other.SendAck(new LaneAck(AckKind.Consumed, 1));
        await Limit.Of(() => Assert.True(lane.ReceiveAck(out _)));

        Assert.Equal((3, 3), (lane.Id.Number, other.Id.Number));
        Assert.Equal("bytes"u8, arrived.Payload[..5]);
        Assert.Equal("bytes"u8, slab.Payload[..5]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Another_secret_is_refused_by_both_sides()
    {
        var theirs = Offers.Make(secret: 2);
        var e = await Assert.ThrowsAsync<IOException>(() => Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, _listener.Port, 0), 1, new LaneKey(theirs))));
        Assert.Contains("secret", e.Message, StringComparison.Ordinal);

        using var client = await Connect();
        var (hello, nonce, _) = await Greet(client, theirs);
        client.Send(LaneProof.OfConnector(theirs.Secret, hello, nonce));
        await AssertRefused(client);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Another_session_is_refused_without_an_answer()
    {
        using var client = await Connect();
        client.Send(Hello(Offers.Make(session: 2), 1));

        await AssertRefused(client);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Another_protection_than_was_agreed_on_is_refused_without_an_answer()
    {
        using var client = await Connect();
        client.Send(Hello(Offers.Make(protection: Protection.Encrypt), 1));

        await AssertRefused(client);
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_proof_from_another_connection_is_refused_on_the_same_and_on_another_lane(int lane)
    {
        using var first = await Connect();
        var (hello, nonce, _) = await Greet(first, Ours, 1);
        var proof = LaneProof.OfConnector(Ours.Secret, hello, nonce);

        using var second = await Connect();
        second.Send(lane == 1 ? hello : Hello(Ours, lane));
        await Receive(second, AnswerSize);
        second.Send(proof);

        await AssertRefused(second);

        // What was proven on the first one is still worth something there.
        first.Send(proof);
        Assert.True(await Limit.Until(() => _joined.Count == 1));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_listeners_own_proof_sent_back_is_refused()
    {
        using var client = await Connect();
        var (_, _, proof) = await Greet(client, Ours);

        client.Send(proof);

        await AssertRefused(client);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_proof_with_any_bit_flipped_is_refused()
    {
        for (var bit = 0; bit < LaneProof.Size * 8; bit += 7)
        {
            using var client = await Connect();
            var (hello, nonce, _) = await Greet(client, Ours);
            var proof = LaneProof.OfConnector(Ours.Secret, hello, nonce);
            proof[bit / 8] ^= (byte)(1 << (bit % 8));
            client.Send(proof);
            await AssertRefused(client);
        }
    }

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(0)]
    [InlineData(Limits.MaxLanes + 1)]
    [InlineData(5)]
    public async Task A_lane_with_a_number_that_none_has_is_refused(int number)
    {
        using var client = await Connect();
        client.Send(Hello(Ours, number));

        await AssertRefused(client);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Garbage_is_refused_without_an_answer()
    {
        var random = new Random(5);
        for (var i = 0; i < 20; i++)
        {
            using var client = await Connect();
            var garbage = new byte[LaneHello.Size + random.Next(1000)];
            random.NextBytes(garbage);
            client.Send(garbage);
            await AssertRefused(client);
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Who_speaks_one_byte_at_a_time_but_in_time_gets_in()
    {
        using var client = await Connect();
        client.NoDelay = true;
        var hello = Hello(Ours, 1);
        SendSlowly(client, hello);
        var answer = await Receive(client, AnswerSize);
        SendSlowly(client, LaneProof.OfConnector(Ours.Secret, hello, answer.AsSpan(0, LaneHello.NonceSize)));

        Assert.True(await Limit.Until(() => _joined.Count == 1));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Who_is_silent_or_too_slow_loses_its_place()
    {
        using var silent = await Connect();
        using var half = await Connect();
        await Greet(half, Ours);
        using var slow = await Connect();
        slow.NoDelay = true;
        var drip = Limit.Of(() =>
        {
            foreach (var one in Hello(Ours, 1))
            {
                slow.Send([one]);
                Thread.Sleep(300);
            }
        });

        await Task.WhenAll(AssertRefused(silent), AssertRefused(half), Assert.ThrowsAsync<SocketException>(() => drip));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_connection_that_is_reset_at_any_point_disturbs_nobody()
    {
        for (var step = 0; step < 4; step++)
        {
            var client = await Connect();
            client.LingerState = new LingerOption(true, 0);
            if (step > 0)
            {
                var (hello, nonce, _) = await Greet(client, Ours);
                if (step > 1)
                {
                    client.Send(LaneProof.OfConnector(Ours.Secret, hello, nonce).AsSpan(0, step == 2 ? 10 : LaneProof.Size));
                }
            }

            client.Dispose();
        }

        using var good = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, _listener.Port, 0), 3, new LaneKey(Ours)));
        Assert.True(await Limit.Until(() => _joined.Any(lane => lane.Id.Number == 3)));
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task Two_thousand_bad_connections_at_once_do_not_keep_a_good_one_out()
    {
        var garbage = new byte[LaneHello.Size];
        var bad = new ConcurrentBag<Socket>();
        var flood = Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            bad.Add(socket);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _listener.Port);
                _ = (i % 4) switch
                {
                    0 => socket.Send(garbage),
                    1 => socket.Send(Hello(Ours, 1)),
                    2 => socket.Send(Hello(Ours, 1).AsSpan(0, 20)),
                    _ => 0,
                };
            }
            catch (SocketException)
            {
                // Turned away: just as well.
            }
        }));
        try
        {
            using var good = await Limit.Of(() =>
            {
                while (true)
                {
                    try
                    {
                        return LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, _listener.Port, 0), 3, new LaneKey(Ours));
                    }
                    catch (IOException)
                    {
                        // The session tries again, too.
                    }
                }
            });
            Assert.True(await Limit.Until(() => _joined.Any(lane => lane.Id.Number == 3)));
            Assert.DoesNotContain(_joined, lane => lane.Id.Number != 3);
        }
        finally
        {
            await flood.WaitAsync(TimeSpan.FromSeconds(60));
            foreach (var socket in bad)
            {
                socket.Dispose();
            }
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Once_it_is_disposed_its_port_is_closed_and_so_are_those_who_had_not_proven_themselves()
    {
        using var pending = await Connect();
        await Greet(pending, Ours);

        _listener.Dispose();

        Assert.True(await Limit.Until(() =>
        {
            try
            {
                using var late = new TcpClient("127.0.0.1", _listener.Port);
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        }));
        await AssertRefused(pending);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_listens_within_the_range_it_was_given_and_says_when_that_is_taken()
    {
        var range = new PortRange(_listener.Port, _listener.Port);

        Assert.Equal(Errno.AddressInUse, Assert.Throws<LinuxException>(() => new LaneListener(IPAddress.Loopback, range, 0, new LaneKey(Ours), _joined.Enqueue)).Errno);

        // A port in the range that is taken is passed over.
        using var next = new LaneListener(IPAddress.Loopback, new PortRange(_listener.Port, _listener.Port + 50), 0, new LaneKey(Ours), _joined.Enqueue);
        Assert.InRange(next.Port, _listener.Port + 1, _listener.Port + 50);
        using var lane = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, next.Port, 0), 1, new LaneKey(Ours)));
    }

    private static byte[] Hello(Offer offer, int lane)
    {
        var hello = new byte[LaneHello.Size];
        new LaneHello(lane, offer.Protection, offer.Session, Entropy.Bytes(LaneHello.NonceSize)).Write(hello);
        return hello;
    }

    private static async Task<(byte[] Hello, byte[] Nonce, byte[] Proof)> Greet(Socket client, Offer offer, int lane = 1)
    {
        var hello = Hello(offer, lane);
        client.Send(hello);
        var answer = await Receive(client, AnswerSize);
        return (hello, answer[..LaneHello.NonceSize], answer[LaneHello.NonceSize..]);
    }

    private static async Task<byte[]> Receive(Socket client, int count)
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

    private static void SendSlowly(Socket client, byte[] bytes)
    {
        foreach (var one in bytes)
        {
            client.Send([one]);
            Thread.Sleep(1);
        }
    }

    private async Task AssertRefused(Socket client)
    {
        var joined = _joined.Count;
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
        Assert.Equal(joined, _joined.Count);
    }

    private async Task<Socket> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _listener.Port);
        return client;
    }
}
