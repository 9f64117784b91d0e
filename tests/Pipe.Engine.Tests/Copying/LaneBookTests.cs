using FsCheck;
using FsCheck.Fluent;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneBookTests : IDisposable
{
    private readonly AckRecorder _lane = new();

    public void Dispose() => _lane.Dispose();

    [Fact]
    public void An_acknowledgement_speaks_only_of_blocks_that_are_all_consumed()
    {
        var book = new LaneBook(_lane, every: 1);
        Receive(book, 3);

        book.Consume(2);
        book.Consume(1);
        Assert.Empty(_lane.Acks);

        book.Consume(0);
        Assert.Equal([new LaneAck(AckKind.Consumed, 3)], _lane.Acks);
    }

    [Fact]
    public void Acknowledgements_wait_until_there_is_enough_to_tell()
    {
        var book = new LaneBook(_lane, every: 4);
        Receive(book, 9);
        for (var index = 0UL; index < 9; index++)
        {
            book.Consume(index);
        }

        Assert.Equal([new LaneAck(AckKind.Consumed, 4), new LaneAck(AckKind.Consumed, 8)], _lane.Acks);
    }

    [Fact]
    public void A_damaged_block_is_named_and_counts_as_consumed()
    {
        var book = new LaneBook(_lane, every: 1);
        Receive(book, 2);

        book.Refuse(1);
        book.Consume(0);

        Assert.Equal([new LaneAck(AckKind.Damaged, 1), new LaneAck(AckKind.Consumed, 2)], _lane.Acks);
    }

    [Fact]
    public void More_blocks_than_any_window_allows_are_refused()
    {
        var book = new LaneBook(_lane, every: 1);
        Receive(book, Limits.MaxWindow);

        Assert.Throws<ProtocolException>(() => Receive(book, Limits.MaxWindow + 1));
    }

    [Fact]
    public void A_broken_lane_is_shut_and_not_reported_to_whoever_consumes()
    {
        _lane.IsBroken = true;
        var book = new LaneBook(_lane, every: 1);
        Receive(book, 1);

        book.Consume(0);

        Assert.True(_lane.IsShut);
    }

    [Fact]
    public void In_whatever_order_blocks_are_consumed_acknowledgements_grow_and_end_with_the_last() => Prop.ForAll(
        Gen.Choose(1, 300).SelectMany(count => Gen.Shuffle(Enumerable.Range(0, count).ToArray())).ToArbitrary(),
        order =>
        {
            var lane = new AckRecorder();
            var book = new LaneBook(lane, every: 1);
            Receive(book, order.Length);
            var consumed = new HashSet<ulong>();
            foreach (var index in order)
            {
                consumed.Add((ulong)index);
                book.Consume((ulong)index);
                var prefix = Enumerable.Range(0, order.Length + 1).First(i => !consumed.Contains((ulong)i));
                Assert.Equal((ulong)prefix, lane.Acks.Count == 0 ? 0 : lane.Acks[^1].Index);
            }

            Assert.Equal(lane.Acks.Select(ack => ack.Index).Distinct().Order(), lane.Acks.Select(ack => ack.Index));
        }).QuickCheckThrowOnFailure();

    private static void Receive(LaneBook book, int count)
    {
        for (var i = 0; i < count; i++)
        {
            book.Receive();
        }
    }
}
