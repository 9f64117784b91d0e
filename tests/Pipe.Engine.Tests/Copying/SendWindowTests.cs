using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class SendWindowTests
{
    [Fact]
    public void Blocks_come_out_in_the_order_in_which_they_went_in()
    {
        var window = new SendWindow(8);
        Add(window, 0, 1, 2);

        Assert.Equal([0UL, 1UL], TakeBelow(window, 2));
        Assert.Equal([2UL], TakeBelow(window, 3));
        Assert.Empty(TakeBelow(window, 3));
    }

    [Fact]
    public void A_block_taken_out_of_the_middle_is_not_there_again()
    {
        var window = new SendWindow(8);
        Add(window, 0, 1, 2);

        Assert.Equal(1UL, window.Take(1)!.Value.Sequence);
        Assert.Null(window.Take(1));
        Assert.Equal([0UL, 2UL], TakeBelow(window, 3));
    }

    [Fact]
    public void A_block_that_is_acknowledged_or_was_never_sent_cannot_be_taken_out()
    {
        var window = new SendWindow(8);
        Add(window, 0, 1);
        TakeBelow(window, 1);

        Assert.Null(window.Take(0));
        Assert.Null(window.Take(2));
        Assert.Null(window.Take(ulong.MaxValue));
        Assert.NotNull(window.Take(1));
    }

    [Fact]
    public void An_acknowledgement_of_more_than_was_sent_is_refused()
    {
        var window = new SendWindow(8);
        Add(window, 0);

        Assert.Throws<ProtocolException>(() => window.TryTakeBelow(2, out _));
        Assert.Throws<ProtocolException>(() => window.TryTakeBelow(ulong.MaxValue, out _));
    }

    [Fact]
    public void An_acknowledgement_that_comes_twice_does_nothing()
    {
        var window = new SendWindow(8);
        Add(window, 0, 1, 2);
        TakeBelow(window, 2);

        Assert.Empty(TakeBelow(window, 1));
        Assert.Empty(TakeBelow(window, 0));
        Assert.Equal([2UL], TakeBelow(window, 3));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_full_one_holds_up_the_sender_until_something_is_acknowledged()
    {
        var window = new SendWindow(2);
        Add(window, 0, 1);
        var third = Limit.Of(() => window.TryAdd(OutgoingBlock(2)));
        await Task.Delay(50);
        Assert.False(third.IsCompleted);

        TakeBelow(window, 1);

        Assert.True(await third);
        Assert.Equal([1UL, 2UL], window.TakeAll().Select(block => block.Sequence));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Closing_lets_a_sender_go_that_waits_for_room_and_takes_nothing_more()
    {
        var window = new SendWindow(1);
        Add(window, 0);
        var second = Limit.Of(() => window.TryAdd(OutgoingBlock(1)));

        window.Close();

        Assert.False(await second);
        Assert.False(window.TryAdd(OutgoingBlock(1)));
        Assert.Equal([0UL], window.TakeAll().Select(block => block.Sequence));
        Assert.Empty(window.TakeAll());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_that_is_still_being_sent_stays_however_early_it_is_acknowledged()
    {
        var window = new SendWindow(4);
        Add(window, 0);
        Assert.True(window.TryAdd(OutgoingBlock(1)));
        var early = Limit.Of(() => TakeBelow(window, 2));
        await Task.Delay(50);
        Assert.False(early.IsCompleted);

        window.Sent(1);

        Assert.Equal([0UL, 1UL], await early);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_that_is_still_being_sent_stays_however_early_it_is_called_damaged()
    {
        var window = new SendWindow(4);
        Assert.True(window.TryAdd(OutgoingBlock(0)));
        var early = Limit.Of(() => window.Take(0));
        await Task.Delay(50);
        Assert.False(early.IsCompleted);

        window.Sent(0);

        Assert.Equal(0UL, (await early)!.Value.Sequence);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_lane_that_breaks_while_it_sends_keeps_its_last_block_for_another()
    {
        var window = new SendWindow(4);
        Assert.True(window.TryAdd(OutgoingBlock(0)));
        var early = Limit.Of(() => TakeBelow(window, 1));

        window.Close();

        Assert.Empty(await early);
        Assert.Equal([0UL], window.TakeAll().Select(block => block.Sequence));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Blocks_that_are_acknowledged_in_any_order_make_room_once_the_oldest_is_out()
    {
        var window = new SendWindow(3);
        Add(window, 0, 1, 2);
        Assert.Equal(2UL, window.Take(2)!.Value.Sequence);
        Assert.Equal(1UL, window.Take(1)!.Value.Sequence);
        var fourth = Limit.Of(() => window.TryAdd(OutgoingBlock(3)));
        await Task.Delay(50);
        Assert.False(fourth.IsCompleted);

        Assert.Equal(0UL, window.Take(0)!.Value.Sequence);

        Assert.True(await fourth);
        window.Sent(3);
        Add(window, 4, 5);
        Assert.Equal([3UL, 4UL, 5UL], window.TakeAll().Select(block => block.Sequence));
    }

    [Fact]
    public void An_index_is_what_the_lane_says_and_may_leave_numbers_out()
    {
        var window = new SendWindow(8);
        Assert.True(window.TryAdd(OutgoingBlock(10)));
        window.Sent(2);
        Assert.True(window.TryAdd(OutgoingBlock(11)));
        window.Sent(5);

        Assert.Null(window.Take(3));
        Assert.Equal(11UL, window.Take(5)!.Value.Sequence);
        Assert.Equal([10UL], TakeBelow(window, 6));
    }

    [Fact]
    public void A_lane_that_gives_an_index_twice_or_beyond_its_limit_has_a_fault()
    {
        var window = new SendWindow(4);
        Add(window, 0, 1);
        Assert.True(window.TryAdd(OutgoingBlock(2)));
        Assert.Throws<InvalidOperationException>(() => window.Sent(1));
        Assert.Throws<InvalidOperationException>(() => window.Sent(4));
    }

    [Fact]
    public void What_a_lost_lane_carried_comes_back_without_what_left_early()
    {
        var window = new SendWindow(4);
        Add(window, 0, 1, 2, 3);
        TakeBelow(window, 1);
        Add(window, 4);
        window.Take(2);

        Assert.Equal([1UL, 3UL, 4UL], window.TakeAll().Select(block => block.Sequence));
    }

    /// <summary>With a rate limit, the next block is added at once and waits for its turn.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_acknowledgement_that_comes_early_does_not_wait_for_the_next_block()
    {
        for (var round = 0; round < 200; round++)
        {
            var window = new SendWindow(4);
            Assert.True(window.TryAdd(OutgoingBlock(0)));
            var taking = Limit.Of(() => Assert.Equal([0UL], TakeBelow(window, 1)));
            await Task.Yield();
            window.Sent(0);
            Assert.True(window.TryAdd(OutgoingBlock(1)));
            await taking;
        }
    }

    private static OutgoingBlock OutgoingBlock(ulong sequence) => new(BlockType.Data, (long)sequence, 1, sequence, null, IsAgain: false);

    private static void Add(SendWindow window, params ulong[] sequences)
    {
        foreach (var sequence in sequences)
        {
            Assert.True(window.TryAdd(OutgoingBlock(sequence)));
            window.Sent(sequence);
        }
    }

    private static List<ulong> TakeBelow(SendWindow window, ulong index)
    {
        var taken = new List<ulong>();
        while (window.TryTakeBelow(index, out var block))
        {
            taken.Add(block.Sequence);
        }

        return taken;
    }
}
