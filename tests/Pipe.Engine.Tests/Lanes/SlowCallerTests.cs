using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Callers that are slow, silent, gone or many do not keep a good one out.</summary>
public sealed class SlowCallerTests : LaneListenerTest
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Who_speaks_one_byte_at_a_time_but_in_time_gets_in()
    {
        using var client = await Connect();
        client.NoDelay = true;
        var hello = Hello(Ours, 1);
        SendSlowly(client, hello);
        var answer = await Receive(client, AnswerSize);
        SendSlowly(client, LaneProof.OfConnector(Ours.Secret, hello, answer.AsSpan(0, LaneHello.NonceSize)));

        Assert.True(await Limit.Until(() => Joined.Count == 1));
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

        using var good = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, Listener.Port, 0), 3, new LaneKey(Ours)));
        Assert.True(await Limit.Until(() => Joined.Any(lane => lane.Id.Number == 3)));
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
                await socket.ConnectAsync(IPAddress.Loopback, Listener.Port);
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
                        return LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, Listener.Port, 0), 3, new LaneKey(Ours));
                    }
                    catch (IOException)
                    {
                        // The session tries again, too.
                    }
                }
            });
            Assert.True(await Limit.Until(() => Joined.Any(lane => lane.Id.Number == 3)));
            Assert.DoesNotContain(Joined, lane => lane.Id.Number != 3);
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

    private static void SendSlowly(Socket client, byte[] bytes)
    {
        foreach (var one in bytes)
        {
            client.Send([one]);
            Thread.Sleep(1);
        }
    }
}
