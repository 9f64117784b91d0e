using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneSenderTests
{
    private const int Block = 4096;

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_acknowledges_a_block_before_it_has_it_cannot_change_what_is_sent()
    {
        const int blocks = 20;
        using var source = new MemoryStreamSource(RandomBytes(blocks * Block), new Random(1), Block, 0);
        using var slabs = new SlabPool(2, Block);
        using var lane = new HastyPeer();
        var outbox = new StreamOutbox(source, Block, window: 1, slabs);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new LaneSender(
            lane,
            outbox,
            new SenderTerms(Block, DigestKind.XxHash3, new Pace(0), new Tally()),
            failed: e => ended.TrySetException(e),
            ended: (_, _) => ended.TrySetResult());
        var reading = Limit.Of(outbox.Run);

        sender.Start();
        await outbox.Ended;
        await reading;
        sender.Shutdown();
        await ended.Task;
        outbox.Close();

        Assert.True(lane.Sent > 0);
        Assert.Equal(0, lane.Changed);
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(2).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Acknowledges each block as soon as its first byte is there, and takes its time with the rest.</summary>
    private sealed class HastyPeer : ILane
    {
        private readonly SemaphoreSlim _begun = new(0);
        private volatile bool _isShut;
        private ulong _acknowledged;

        public LaneId Id => new(1, "memory");

        public LaneTraits Traits { get; } = new(1024);

        public int Sent { get; private set; }

        public int Changed { get; private set; }

        public ulong Send(in BlockHeader header, Slab slab)
        {
            _begun.Release();
            Thread.Sleep(5);
            Sent++;
            Changed += Digest.Of(DigestKind.XxHash3, slab.Payload[..header.Length], header.Offset) == header.Digest ? 0 : 1;
            return (ulong)Sent - 1;
        }

        public Arrival Receive(Slab slab, out BlockHeader header, out ulong index) => throw new InvalidOperationException("the sending end");

        public void SendAck(LaneAck ack) => throw new InvalidOperationException("the sending end");

        public bool ReceiveAck(out LaneAck ack)
        {
            _begun.Wait();
            ack = new LaneAck(AckKind.Consumed, ++_acknowledged);
            return !_isShut;
        }

        public LaneMeasure Measure() => default;

        public void Shutdown()
        {
            _isShut = true;
            _begun.Release();
        }

        public void Dispose() => _isShut = true;
    }
}
