using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class RangeScheduleTests
{
    private const int Block = 4096;

    [Fact]
    public void Sequential_goes_from_the_first_byte_to_the_last_with_the_holes_of_the_source()
    {
        var schedule = new SequentialSchedule(new MemoryFile(new byte[5 * Block], [(Block + 10, 2 * Block), (4 * Block, 5 * Block)]));

        Assert.Equal(
            [
                new BlockRange(BlockType.Data, 0, Block),
                new BlockRange(BlockType.Data, Block, 10),
                new BlockRange(BlockType.Hole, Block + 10, Block - 10),
                new BlockRange(BlockType.Data, 2 * Block, Block),
                new BlockRange(BlockType.Data, 3 * Block, Block),
                new BlockRange(BlockType.Hole, 4 * Block, Block),
            ],
            All(schedule));
        Assert.True(schedule.IsExhausted);
    }

    [Fact]
    public void There_is_no_range_of_an_empty_source()
    {
        var schedule = new SequentialSchedule(new MemoryFile([], []));
        Assert.True(schedule.IsExhausted);
        Assert.Empty(All(schedule));
    }

    /// <summary>Nothing is at its end because nothing can be had at the moment.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_outbox_waits_for_a_range_that_comes_late_and_sends_it_before_the_rest()
    {
        var source = new MemoryFile(new byte[10 * Block], []);
        var schedule = new PrioritySchedule(source, Block, latePercent: 100, new Random(1));
        var outbox = new RangeOutbox(source, schedule, Block, 0);
        var first = Limit.Of(() =>
        {
            Assert.True(outbox.TryTake(isInline: true, out var block));
            return block;
        });
        await Task.Delay(50);
        Assert.False(first.IsCompleted);
        Assert.False(outbox.Ended.IsCompleted);

        var offsets = new HashSet<long>();
        Assert.True(schedule.TryArrive());
        offsets.Add((await first).Offset);
        while (schedule.TryArrive())
        {
            Assert.True(outbox.TryTake(isInline: true, out var block));
            Assert.True(offsets.Add(block.Offset));
        }

        Assert.Equal(10, offsets.Count);
        Assert.False(await Limit.Of(() => outbox.TryTake(isInline: true, Closed(), out _)));
    }

    private static SendWindow Closed()
    {
        var window = new SendWindow(1);
        window.Close();
        return window;
    }

    private static List<BlockRange> All(SequentialSchedule schedule)
    {
        var all = new List<BlockRange>();
        while (schedule.TryNext(Block, out var range))
        {
            all.Add(range);
        }

        return all;
    }
}
