using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A copy that lags reads blocks again that the memory had no room for.</summary>
public sealed class SharedOutboxTests
{
    private const int Block = Limits.MinBlock;
    private const int Slabs = 16;
    private static readonly LaneTraits Traits = new(64) { LeavesSlabs = true };

    [Fact(Timeout = Limit.Milliseconds)]
    public Task Blocks_that_are_read_again_have_the_bytes_that_they_had_first() => Limit.Of(() => Assert.True(ReadAgain(static number => number) > Slabs));

    /// <summary>Only the copy that reads again fails.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public Task A_block_that_has_changed_since_fails_the_copy() => Limit.Of(() =>
    {
        var failure = Assert.Throws<Failure>(() => ReadAgain(static number => (byte)(number + 1)));
        Assert.Equal((ExitCode.Objects, "the source changed while it was copied"), (failure.Code, failure.Message));
    });

    /// <summary>The first copy takes everything, then the second one; returns how many blocks were read again.</summary>
    /// <param name="again">The content of a block the second time; it is its number the first time.</param>
    private static int ReadAgain(Func<byte, byte> again)
    {
        using var blocks = new SharedBlocks(2, Block, Slabs * Block, 1, new SlowPolicy(SlowAction.Reread)) { RecipeOf = block => new Fill(again((byte)block.Number)) };
        using var own = new Slab(Block);
        var outboxes = new[] { 0, 1 }.Select(copy => new SharedOutbox(blocks, copy, DigestKind.XxHash3, 0, new Tally())).ToArray();
        for (byte number = 0; number < 4 * Slabs; number++)
        {
            var slab = blocks.Rent()!;
            slab.Payload[..Block].Fill(number);
            var block = blocks.Add(slab, Block);
            block.Digest = Digest.Of(DigestKind.XxHash3, slab.Payload[..Block], block.Offset);
            blocks.Publish(block);
            Take(outboxes[0], own, number);
        }

        return Enumerable.Range(0, 4 * Slabs).Count(number => Take(outboxes[1], own, (byte)number) == own);
    }

    private static Slab Take(SharedOutbox outbox, Slab own, byte number)
    {
        Assert.True(outbox.TryTake(isInline: false, new SendWindow(64), out var outgoing));
        var loaded = outbox.Load(outgoing, own, Traits);
        Assert.Equal(-1, loaded.Payload[..Block].IndexOfAnyExcept(number));
        Assert.Equal(Digest.Of(DigestKind.XxHash3, loaded.Payload[..Block], outgoing.Offset), outbox.DigestOf(DigestKind.XxHash3, outgoing, loaded));
        Assert.Equal(Digest.Of(DigestKind.Crc32C, loaded.Payload[..Block], outgoing.Offset), outbox.DigestOf(DigestKind.Crc32C, outgoing, loaded));
        Assert.Equal(default, outbox.DigestOf(DigestKind.None, outgoing, loaded));
        if (loaded != own)
        {
            outbox.Unload(outgoing, loaded);
        }

        outbox.Acknowledge(outgoing);
        return loaded;
    }

    private sealed class Fill(byte number) : BlockRecipe
    {
        public override int Size => 0;

        public override void Read(Span<byte> block) => block.Fill(number);
    }
}
