using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class OutboxTests
{
    private const int Block = Limits.MinBlock;

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_stream_that_just_fits_into_the_control_channel_asks_for_no_lanes()
    {
        for (var i = 0; i < 200; i++)
        {
            var outbox = await SendInline(new byte[Limits.InlineBytes], 64 * 1024);
            Assert.False(outbox.Wide.IsCompleted);
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_stream_of_one_byte_more_asks_for_lanes()
    {
        using var slabs = new SlabPool(40, 64 * 1024);
        var outbox = Stream(new byte[Limits.InlineBytes + 1], 64 * 1024, 32, slabs);
        var taking = Limit.Of(() => TakeAll(outbox, isInline: true));

        await outbox.Wide.WaitAsync(TimeSpan.FromSeconds(20));
        outbox.Close();

        Assert.Equal(Limits.InlineBytes, (await taking).Sum(parcel => parcel.Length));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_stream_in_blocks_smaller_than_what_fits_into_the_control_channel_is_sent()
    {
        using var slabs = new SlabPool(100, Block);
        var outbox = Stream(new byte[200_000], Block, 99, slabs);
        var all = await Limit.Of(() =>
        {
            var parcels = new List<OutgoingBlock>();
            while (parcels.Sum(parcel => parcel.Length) < 200_000 && outbox.TryTake(isInline: false, out var parcel))
            {
                parcels.Add(parcel);
                outbox.Acknowledge(parcel);
            }

            return parcels;
        });

        Assert.All(all, parcel => Assert.InRange(parcel.Length, 1, Block));
        outbox.Close();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Once_a_data_lane_carries_blocks_the_control_channel_carries_no_large_ones()
    {
        const int large = 512 * 1024;
        using var slabs = new SlabPool(20, large);
        var outbox = Stream(new byte[4 * large], large, 19, slabs);
        await Limit.Of(() => Assert.True(outbox.TryTake(isInline: false, out _)));

        var inline = Limit.Of(() => TakeAll(outbox, isInline: true));
        await outbox.Wide.WaitAsync(TimeSpan.FromSeconds(20));
        outbox.Close();

        Assert.InRange((await inline).Sum(parcel => (long)parcel.Length), 0, Limits.InlineBytes);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_damaged_block_that_the_control_channel_may_not_carry_again_asks_for_lanes()
    {
        var outbox = Outboxes.Sequential(new MemoryFile(new byte[Limits.InlineBytes], []), Limits.InlineBytes, 0);
        Assert.True(outbox.TryTake(isInline: true, out var parcel));
        outbox.TryGiveBack(parcel, wasCounted: true);

        var again = Limit.Of(() => outbox.TryTake(isInline: true, out _));
        await outbox.Wide.WaitAsync(TimeSpan.FromSeconds(20));
        outbox.AllInline();

        Assert.True(await again);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_was_given_back_goes_out_before_anything_new_lowest_first()
    {
        var outbox = Outboxes.Sequential(new MemoryFile(new byte[100 * Block], []), Block, 0);
        var taken = await Limit.Of(() => Take(outbox, 5));

        outbox.TryGiveBack(taken[3], wasCounted: true);
        outbox.TryGiveBack(taken[1], wasCounted: false);
        var next = await Limit.Of(() => Take(outbox, 3));

        Assert.Equal([1UL, 3UL, 5UL], next.Select(parcel => parcel.Sequence));
        Assert.Equal([false, true, false], next.Select(parcel => parcel.IsAgain));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task No_more_than_the_window_is_out_at_a_time()
    {
        var outbox = Outboxes.Sequential(new MemoryFile(new byte[100 * Block], []), Block, 3);
        var taken = await Limit.Of(() => Take(outbox, 3));
        var fourth = Limit.Of(() => outbox.TryTake(isInline: false, out _));
        await Task.Delay(50);
        Assert.False(fourth.IsCompleted);

        outbox.Acknowledge(taken[2]);

        Assert.True(await fourth);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Only_a_long_link_uses_all_of_a_large_window()
    {
        const int window = Defaults.StreamWindow + 2;
        var outbox = Outboxes.Sequential(new MemoryFile(new byte[100 * Block], []), Block, window);
        await Limit.Of(() => Take(outbox, Defaults.StreamWindow));
        var more = Limit.Of(() => Take(outbox, 2));
        await Task.Delay(50);
        Assert.False(more.IsCompleted);

        outbox.Reach(1000);

        Assert.Equal(2, (await more).Count);
        var beyond = Limit.Of(() => outbox.TryTake(isInline: false, out _));
        await Task.Delay(50);
        Assert.False(beyond.IsCompleted);
        outbox.Close();
        Assert.False(await beyond);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Closing_lets_everybody_go_who_waits_for_work()
    {
        using var slabs = new SlabPool(3, Block);
        using var never = new Never();
        var outbox = new StreamOutbox(never, Block, 2, slabs);
        var lanes = Enumerable.Range(0, 4).Select(number => Limit.Of(() => outbox.TryTake(number == 0, out _))).ToArray();

        outbox.Close();

        Assert.All(await Task.WhenAll(lanes), Assert.False);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_lane_that_breaks_while_it_waits_for_work_waits_no_longer()
    {
        var outbox = Outboxes.Sequential(new MemoryFile(new byte[Block], []), Block, 0);
        var flight = new SendWindow(1);
        await Limit.Of(() => Take(outbox, 1));
        var idle = Limit.Of(() => outbox.TryTake(isInline: false, flight, out _));
        await Task.Delay(50);

        flight.Close();
        outbox.Wake();

        Assert.False(await idle);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Holes_are_parcels_without_bytes_and_all_together_cover_the_file()
    {
        var (bytes, holes) = MemoryFile.Make(new Random(7), 50 * Block, 6);
        var outbox = Outboxes.Sequential(new MemoryFile(bytes, holes), Block, 0);
        var all = await Limit.Of(() =>
        {
            var parcels = new List<OutgoingBlock>();
            while (parcels.Sum(parcel => parcel.Span) < bytes.Length && outbox.TryTake(isInline: false, out var parcel))
            {
                parcels.Add(parcel);
            }

            return parcels;
        });

        var at = 0L;
        foreach (var parcel in all)
        {
            Assert.Equal(at, parcel.Offset);
            at += parcel.Span;
        }

        Assert.Equal(
            holes.Select(hole => ((long)hole.Start, (long)hole.End)),
            all.Where(parcel => parcel.Type == BlockType.Hole).Select(parcel => (parcel.Offset, parcel.Offset + parcel.Span)));
    }

    [Fact]
    public async Task An_empty_file_has_ended_before_anybody_asks()
    {
        var outbox = Outboxes.Sequential(new MemoryFile([], []), Block, 0);

        Assert.True(outbox.Ended.IsCompletedSuccessfully);
        Assert.Equal(new End(0, 0, 0), await outbox.Ended);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_line_goes_out_when_it_was_written_not_when_a_block_is_full()
    {
        var (read, write) = Fd.Pipe("test");
        using var source = new PipeSource(read);
        using var slabs = new SlabPool(5, 1024 * 1024);
        var outbox = new StreamOutbox(source, 1024 * 1024, 4, slabs);
        var reading = Limit.Of(outbox.Run);

        foreach (var line in (string[])["one\n", "and two\n"])
        {
            write.WriteAll(System.Text.Encoding.ASCII.GetBytes(line));
            var parcel = await Limit.Of(() => Take(outbox, 1)[0]);
            Assert.Equal(line, System.Text.Encoding.ASCII.GetString(parcel.Slab!.Payload[..parcel.Length]));
        }

        write.Dispose();
        await reading;
        outbox.Close();
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task When_the_copy_is_over_only_what_a_lane_carries_is_kept_and_no_longer_than_that()
    {
        using var slabs = new SlabPool(6, Block);
        var outbox = new StreamOutbox(new MemoryStreamSource(new byte[100 * Block], new Random(1), int.MaxValue - 1, 0), Block, 5, slabs);
        var reading = Limit.Of(() =>
        {
            outbox.Run();
            return true;
        });
        var flight = new SendWindow(4);
        var carried = await Limit.Of(() => outbox.TryTake(isInline: false, flight, out var parcel) ? parcel : default);
        var damaged = await Limit.Of(() => outbox.TryTake(isInline: false, flight, out var parcel) ? parcel : default);
        var unacknowledged = await Limit.Of(() => outbox.TryTake(isInline: false, flight, out var parcel) ? parcel : default);
        outbox.TryGiveBack(damaged, wasCounted: true);

        outbox.Close();
        await reading;
        Assert.Equal(2, slabs.Made);

        carried.Slab!.Payload[0] = 1;
        outbox.TryGiveBack(carried, wasCounted: true);
        outbox.Acknowledge(unacknowledged);
        Assert.Equal(0, slabs.Made);
    }

    private static StreamOutbox Stream(byte[] bytes, int block, int window, SlabPool slabs)
    {
        var outbox = new StreamOutbox(new MemoryStreamSource(bytes, new Random(1), int.MaxValue - 1, 0), block, window, slabs);
        _ = Limit.Of(outbox.Run);
        return outbox;
    }

    /// <summary>Sends all of a stream over lane 0 until it has ended.</summary>
    private static async Task<Outbox> SendInline(byte[] bytes, int block)
    {
        using var slabs = new SlabPool(32, block);
        var outbox = Stream(bytes, block, 31, slabs);
        var taking = Limit.Of(() =>
        {
            while (outbox.TryTake(isInline: true, out var parcel))
            {
                outbox.Count(BlockHeader.Data(parcel.Offset, parcel.Length, parcel.Sequence, default));
                outbox.Acknowledge(parcel);
            }
        });
        Assert.Equal(bytes.Length, (await outbox.Ended.WaitAsync(TimeSpan.FromSeconds(20))).Size);
        outbox.Close();
        await taking;
        return outbox;
    }

    private static List<OutgoingBlock> Take(Outbox outbox, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        Assert.True(outbox.TryTake(isInline: false, out var parcel));
        return parcel;
    })];

    private static List<OutgoingBlock> TakeAll(Outbox outbox, bool isInline)
    {
        var all = new List<OutgoingBlock>();
        while (outbox.TryTake(isInline, out var parcel))
        {
            all.Add(parcel);
        }

        return all;
    }

    private sealed class Never : IStreamSource
    {
        public long Size => -1;

        public int Mode => Terms.NoMode;

        public int Read(Span<byte> buffer) => throw new NotSupportedException();

        public bool HasMore() => false;

        public void Finish()
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
