using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Reading a block once and sending it to several destinations allocates nothing, once as many blocks as are kept at a time exist.</summary>
public sealed class SharedAllocationTests
{
    private const int Block = Limits.MinBlock;
    private const int Slabs = 16;
    private const int Copies = 3;
    private const int Stretch = 1000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_allocated_for_a_block_of_a_shared_source(bool leavesSlabs)
    {
        using var blocks = new SharedBlocks(Copies, Block, Slabs * Block, 1, new SlowPolicy(SlowAction.Wait));
        using var own = new Slab(Block);
        var traits = new LaneTraits(64) { LeavesSlabs = leavesSlabs };
        var (outboxes, windows) = (new SharedOutbox[Copies], new SendWindow[Copies]);
        for (var copy = 0; copy < Copies; copy++)
        {
            (outboxes[copy], windows[copy]) = (new SharedOutbox(blocks, copy, DigestKind.XxHash3, 0, new Tally()), new SendWindow(64));
        }

        void Send()
        {
            var slab = blocks.Rent()!;
            var block = blocks.Add(slab, Block);
            block.Digest = Digest.Of(DigestKind.XxHash3, slab.Payload, block.Offset);
            blocks.Publish(block);
            for (var copy = 0; copy < Copies; copy++)
            {
                Assert.True(outboxes[copy].TryTake(isInline: false, windows[copy], out var outgoing));
                var loaded = outboxes[copy].Load(outgoing, own, traits);
                outboxes[copy].DigestOf(DigestKind.XxHash3, outgoing, loaded);
                if (loaded != own)
                {
                    outboxes[copy].Unload(outgoing, loaded);
                }

                outboxes[copy].Acknowledge(outgoing);
            }
        }

        var allocated = Enumerable.Range(0, 6).Select(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Stretch; i++)
            {
                Send();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).ToArray();
        Assert.True(allocated.Min() == 0, $"bytes in each {Stretch} blocks: {string.Join(", ", allocated)}");
        Assert.InRange(blocks.Made, 1, Slabs);
        Array.ForEach(outboxes, outbox => outbox.Close());
    }
}
