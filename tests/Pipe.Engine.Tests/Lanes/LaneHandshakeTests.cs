using System.Net;
using System.Net.Sockets;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneHandshakeTests : IDisposable
{
    private const int AnswerSize = LaneHello.NonceSize + LaneProof.Size;
    private readonly TcpListener _stranger = new(IPAddress.Loopback, 0);

    public LaneHandshakeTests() => _stranger.Start();

    public void Dispose() => _stranger.Dispose();

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_listener_that_does_not_know_the_secret_is_refused_and_learns_no_proof()
    {
        var connecting = Connect();
        using var there = await _stranger.AcceptSocketAsync();
        await there.SendAsync(new byte[AnswerSize]);

        var e = await Assert.ThrowsAsync<IOException>(() => connecting);

        Assert.Contains("does not know the secret", e.Message, StringComparison.Ordinal);
        Assert.Equal(LaneHello.Size, await CountUntilEnd(there));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_listener_that_answers_with_what_it_was_sent_is_refused()
    {
        var connecting = Connect();
        using var there = await _stranger.AcceptSocketAsync();
        var hello = new byte[AnswerSize];
        await there.ReceiveAsync(hello);
        await there.SendAsync(hello);

        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_listener_that_hangs_up_is_refused()
    {
        var connecting = Connect();
        (await _stranger.AcceptSocketAsync()).Dispose();

        await Assert.ThrowsAnyAsync<IOException>(() => connecting);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_listener_that_says_nothing_is_not_waited_for_for_ever()
    {
        var connecting = Connect();
        using var there = await _stranger.AcceptSocketAsync();

        await Assert.ThrowsAsync<IOException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_listener_that_says_one_byte_a_second_is_not_waited_for_for_ever()
    {
        var connecting = Connect();
        using var there = await _stranger.AcceptSocketAsync();
        there.NoDelay = true;
        var drip = Limit.Of(() =>
        {
            for (var i = 0; i < AnswerSize && !connecting.IsCompleted; i++)
            {
                there.Send(new byte[1]);
                Thread.Sleep(1000);
            }
        });

        await Assert.ThrowsAsync<IOException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(20)));
        await drip;
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nobody_at_all_is_said_so()
    {
        var port = ((IPEndPoint)_stranger.LocalEndpoint).Port;
        _stranger.Stop();

        var e = await Assert.ThrowsAnyAsync<IOException>(() => Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, port, 0), 1, new LaneKey(Offers.Make()))));
        Assert.Contains("connection refused", e.Message, StringComparison.Ordinal);
    }

    private static async Task<int> CountUntilEnd(Socket there)
    {
        var total = 0;
        var piece = new byte[1000];
        try
        {
            for (var count = -1; count != 0; total += count)
            {
                count = await there.ReceiveAsync(piece).WaitAsync(TimeSpan.FromSeconds(20));
            }
        }
        catch (SocketException)
        {
            // A reset is as good an end as any.
        }

        return total;
    }

    private Task<TcpLane> Connect() => Limit.Of(() =>
        LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, ((IPEndPoint)_stranger.LocalEndpoint).Port, 0), 1, new LaneKey(Offers.Make())));
}
