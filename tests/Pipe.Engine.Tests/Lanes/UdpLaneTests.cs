using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;
using Pipe.Protocol.Datagrams;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>A pair of lanes over the datagram channel inside one process.</summary>
public sealed class UdpLaneTests
{
    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task Blocks_arrive_once_each_and_are_acknowledged_by_their_index()
    {
        using var pair = await UdpLanePair.Make(Protection.Encrypt);
        using var slab = new Slab(Limits.MinBlock);
        var sent = new List<(ulong Index, byte First)>();
        for (byte i = 0; i < 20; i++)
        {
            slab.Payload.Fill(i);
            sent.Add((pair.Sender.Send(UdpLanePair.HeaderOf(slab, i), slab), i));
            Assert.Equal(Arrival.Block, pair.Receiver.Receive(slab, out var header, out var index));
            Assert.Equal((i, (ulong)i), (slab.Payload[^1], header.Sequence));
            pair.Receiver.SendAck(new LaneAck(i % 3 == 0 ? AckKind.Damaged : AckKind.Single, index));
            Assert.True(pair.Sender.ReceiveAck(out var ack));
            Assert.Equal(new LaneAck(i % 3 == 0 ? AckKind.Damaged : AckKind.Single, sent[^1].Index), ack);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (ulong)i), sent.Select(one => one.Index));
        Assert.True(pair.Sender.Measure().Delivered > 20 * Limits.MinBlock);
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Either_end_can_end_it_and_both_let_go(bool bySender)
    {
        using var pair = await UdpLanePair.Make(Protection.Clear);
        using var slab = new Slab(Limits.MinBlock);
        var receives = Task.Run(() => pair.Receiver.Receive(slab, out _, out _));
        var acks = Task.Run(() => pair.Sender.ReceiveAck(out _));
        (bySender ? pair.Sender : pair.Receiver).Shutdown();

        Assert.Equal(Arrival.End, await receives);
        Assert.False(await acks);
    }

    /// <summary>The buffer holds 16 blocks: no more are read from the source or held at either end until the sink takes some.</summary>
    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_sink_that_stands_still_stops_the_source_at_what_the_buffer_holds()
    {
        const int block = 1 << 16;
        const int window = 16;
        using var pair = await UdpLanePair.Make(Protection.Clear, block, policy: DatagramPolicy.Usual with { Buffer = window * block });
        using var slab = new Slab(block);
        var sent = 0;
        var sends = Limit.Of(() =>
        {
            using var own = new Slab(block);
            for (var i = 0; i < 3 * window; i++)
            {
                pair.Sender.Send(UdpLanePair.HeaderOf(own, (ulong)i), own);
                Interlocked.Increment(ref sent);
            }
        });

        Assert.True(await Limit.Until(() => Volatile.Read(ref sent) >= window && pair.Receiver.Measure().Delivered >= window * (block + BlockHeader.Size)));
        Assert.False(sends.IsCompleted);
        Assert.Equal(window, Volatile.Read(ref sent));
        Assert.Equal(window * (block + BlockHeader.Size), pair.Receiver.Measure().Delivered);
        for (var i = 0; i < 3 * window; i++)
        {
            Assert.Equal(Arrival.Block, pair.Receiver.Receive(slab, out _, out var index));
            pair.Receiver.SendAck(new LaneAck(AckKind.Single, index));
            Assert.True(pair.Sender.ReceiveAck(out _));
        }

        await sends;
    }

    /// <summary>The listening side learns the peer's address with the first datagram, and then the MTU of the route.</summary>
    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_sender_uses_what_the_route_carries_whichever_side_listens(bool listens)
    {
        var offsets = new System.Collections.Concurrent.ConcurrentQueue<int>();
        bool Pass(ulong block, int offset)
        {
            offsets.Enqueue(offset);
            return false;
        }

        using var pair = await UdpLanePair.Make(Protection.Clear, 1 << 16, Pass, senderListens: listens);
        using var slab = new Slab(1 << 16);
        pair.Sender.Send(UdpLanePair.HeaderOf(slab, 0), slab);
        Assert.Equal(Arrival.Block, pair.Receiver.Receive(slab, out _, out _));

        var fragment = offsets.Where(offset => offset > 0).Min();
        Assert.InRange(fragment, 1472 - 64, 1472);
    }

    /// <summary>A peer that announces the address of a third host does not get one datagram sent there.</summary>
    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_hello_goes_only_to_addresses_that_are_admitted()
    {
        using var third = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        third.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
        var port = ((IPEndPoint)third.LocalEndPoint!).Port;
        peer.Bind(new IPEndPoint(IPAddress.Loopback, port));
        var failed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        UdpTransport.Instance.Connect(new LaneTerms(Offers.Make(protection: Protection.Clear, block: Limits.MinBlock))
        {
            Admit = announced => [.. announced.Where(IPAddress.Loopback.Equals)],
            Joined = lane => lane.Dispose(),
            Failed = (_, reason) => failed.SetResult(reason),
        }).Dial(new Listening(port, ["127.0.0.9", "127.0.0.1"], Transports.Udp), [1]);

        Assert.StartsWith("no answer to datagrams from 127.0.0.1 port", await failed.Task, StringComparison.Ordinal);
        Assert.Equal(DatagramHello.Size, peer.Receive(new byte[DatagramLimits.MaxDatagram]));
        Assert.Equal(0, third.Available);
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task Neither_end_allocates_for_datagrams()
    {
        // In a process of its own: other tests allocate at the same time.
        const int blocks = 300;
        using var host = Processes.Start(Processes.HostCommand("datagram-allocations", $"{blocks}"));
        var said = await host.StandardOutput.ReadToEndAsync();
        Assert.InRange(long.Parse(said, CultureInfo.InvariantCulture), 0, blocks * 100);
    }
}

/// <summary>Two lanes that are connected over the loopback.</summary>
internal sealed class UdpLanePair : IDisposable
{
    public required ILane Sender { get; init; }

    public required ILane Receiver { get; init; }

    private LossyRelay? Relay { get; init; }

    /// <param name="protection">Of both.</param>
    /// <param name="block">Payload bytes.</param>
    /// <param name="loses">Which fragments are lost on the way, by block and offset; null for a way without a relay.</param>
    /// <param name="policy">Of both; the usual one if it is null.</param>
    /// <param name="senderListens">Whether the receiver connects.</param>
    public static async Task<UdpLanePair> Make(
        Protection protection, int block = Limits.MinBlock, Func<ulong, int, bool>? loses = null, DatagramPolicy? policy = null, bool senderListens = false)
    {
        var offer = Offers.Make(protection: protection, block: block);
        // The threads that join them continue their own work.
        TaskCompletionSource<ILane> caller = new(TaskCreationOptions.RunContinuationsAsynchronously), listener = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var acceptor = UdpTransport.Instance.Listen(new LaneTerms(offer)
        {
            IsSender = senderListens,
            FindHere = () => IPAddress.Loopback,
            Datagrams = policy ?? DatagramPolicy.Usual,
            Joined = listener.SetResult,
            Failed = (_, reason) => listener.SetException(new IOException(reason)),
        });
        var there = acceptor.Open();
        var relay = loses is null ? null : new LossyRelay(there.Port, loses);
        UdpTransport.Instance.Connect(new LaneTerms(offer)
        {
            IsSender = !senderListens,
            Datagrams = policy ?? DatagramPolicy.Usual,
            Joined = caller.SetResult,
            Failed = (_, reason) => caller.SetException(new IOException(reason)),
        }).Dial(relay is null ? there : there with { Port = relay.Port }, [1]);
        var (connected, accepted) = (await caller.Task, await listener.Task);
        return senderListens ? new UdpLanePair { Sender = accepted, Receiver = connected, Relay = relay } : new UdpLanePair { Sender = connected, Receiver = accepted, Relay = relay };
    }

    public static BlockHeader HeaderOf(Slab slab, ulong sequence) =>
        BlockHeader.Data((long)sequence * slab.Capacity, slab.Capacity, sequence, Digest.Of(DigestKind.XxHash3, slab.Payload, 0));

    /// <summary>The least that all threads have allocated while that many blocks went through, of several rounds.</summary>
    public static async Task<long> Allocations(int blocks)
    {
        const int block = 1 << 20;
        using var pair = await Make(Protection.Clear, block);
        using var slab = new Slab(block);
        using var taken = new Slab(block);
        var least = long.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < blocks; i++)
            {
                pair.Sender.Send(HeaderOf(slab, (ulong)i), slab);
                pair.Receiver.Receive(taken, out _, out var index);
                pair.Receiver.SendAck(new LaneAck(AckKind.Single, index));
                pair.Sender.ReceiveAck(out _);
            }

            // What grows once, with the first loss for one, is in one round; what every datagram allocates is in all of them.
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
        Relay?.Dispose();
    }
}
