using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Lanes;

/// <summary>A fragment of every second block is lost again and again until all blocks that can be placed without it are: the network decides nothing but the order.</summary>
public sealed class BlockOrderTests
{
    private const int Block = 64 * 1024;
    private const int Blocks = 24;
    private const int HeldBlocks = Blocks / 2;

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task Blocks_that_lack_a_fragment_hold_up_no_other_on_its_way_to_the_disk()
    {
        using var order = new OrderSink(isOrdered: false);
        await Copy(order, new RangeInbox(order, new Tally()), releaseWhen: () => order.Offsets.Count >= Blocks - HeldBlocks);

        Assert.All(order.Offsets.Take(Blocks - HeldBlocks), offset => Assert.Equal(1, offset / Block % 2));
        Assert.Equal(Enumerable.Range(0, Blocks).Select(i => (long)i * Block), order.Offsets.Order());
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task A_pipe_gets_them_in_order_and_no_more_are_kept_than_its_window_holds()
    {
        const int window = Blocks;
        using var order = new OrderSink(isOrdered: true);
        var arrived = 0;
        await Copy(order, new StreamInbox(order, window, new Tally()), releaseWhen: () => Volatile.Read(ref arrived) >= Blocks - HeldBlocks, onBlock: () =>
        {
            Assert.Empty(order.Offsets);
            Interlocked.Increment(ref arrived);
        });

        Assert.Equal(Enumerable.Range(0, Blocks).Select(i => (long)i * Block), order.Offsets);
    }

    /// <summary>Sends all blocks through lanes and an inbox into the sink.</summary>
    private static async Task Copy(OrderSink sink, Inbox inbox, Func<bool> releaseWhen, Action? onBlock = null)
    {
        using var pair = await UdpLanePair.Make(Protection.Clear, Block, (block, offset) => block % 2 == 0 && offset == 0 && !releaseWhen());
        using var slab = new Slab(Block);
        using var slabs = new SlabPool(Blocks + 2, Block);
        var receives = Task.Factory.StartNew(
            () =>
            {
                var acks = new AckTracker(pair.Receiver, 1);
                for (var left = Blocks; left > 0; left--)
                {
                    var own = slabs.Rent()!;
                    Assert.Equal(Arrival.Block, pair.Receiver.Receive(own, out var header, out var index));
                    acks.Receive(index);
                    if (left > HeldBlocks)
                    {
                        onBlock?.Invoke();
                    }

                    inbox.Accept(header, own, acks, index);
                }
            },
            TaskCreationOptions.LongRunning);
        for (var i = 0; i < Blocks; i++)
        {
            pair.Sender.Send(UdpLanePair.HeaderOf(slab, (ulong)i), slab);
        }

        await receives;
        Assert.Equal(Blocks, sink.Offsets.Count);
        inbox.Close();
    }

    private sealed class OrderSink(bool isOrdered) : ISink
    {
        public ConcurrentQueue<long> Offsets { get; } = new();

        public bool IsOrdered => isOrdered;

        public void Write(ReadOnlySpan<byte> bytes, long offset) => Offsets.Enqueue(offset);

        public void Hole(long offset, long length) => throw new InvalidOperationException("no hole was sent");

        public void Commit(long size)
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
