using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneListenerTests : LaneListenerTest
{
    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData((byte)Protection.Clear)]
    [InlineData((byte)Protection.Authenticate)]
    [InlineData((byte)Protection.Encrypt)]
    public async Task Who_knows_the_secret_gets_in_and_blocks_and_acknowledgements_go_through(byte protection)
    {
        var key = new LaneKey(Offers.Make(protection: (Protection)protection));
        using var listener = new LaneListener(IPAddress.Loopback, PortRange.Any, 0, key, Joined.Enqueue);
        using var lane = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, listener.Port, 0), 3, key));
        Assert.True(await Limit.Until(() => !Joined.IsEmpty));
        var other = Joined.Single();
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
        var e = await Assert.ThrowsAsync<IOException>(() => Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, Listener.Port, 0), 1, new LaneKey(theirs))));
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
        Assert.True(await Limit.Until(() => Joined.Count == 1));
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
    public async Task Once_it_is_disposed_its_port_is_closed_and_so_are_those_who_had_not_proven_themselves()
    {
        using var pending = await Connect();
        await Greet(pending, Ours);

        Listener.Dispose();

        Assert.True(await Limit.Until(() =>
        {
            try
            {
                using var late = new TcpClient("127.0.0.1", Listener.Port);
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
        var range = new PortRange(Listener.Port, Listener.Port);

        Assert.Equal(Errno.AddressInUse, Assert.Throws<LinuxException>(() => new LaneListener(IPAddress.Loopback, range, 0, new LaneKey(Ours), Joined.Enqueue)).Errno);

        // A port in the range that is taken is passed over.
        using var next = new LaneListener(IPAddress.Loopback, new PortRange(Listener.Port, Listener.Port + 50), 0, new LaneKey(Ours), Joined.Enqueue);
        Assert.InRange(next.Port, Listener.Port + 1, Listener.Port + 50);
        using var lane = await Limit.Of(() => LaneHandshake.Authenticate(LaneHandshake.Open(IPAddress.Loopback, next.Port, 0), 1, new LaneKey(Ours)));
    }
}
