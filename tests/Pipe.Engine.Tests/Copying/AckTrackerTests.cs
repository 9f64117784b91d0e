using FsCheck;
using FsCheck.Fluent;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class AckTrackerTests : IDisposable
{
    private readonly AckRecorder _lane = new();

    public void Dispose() => _lane.Dispose();

    [Fact]
    public void An_acknowledgement_speaks_only_of_blocks_that_are_all_consumed()
    {
        var tracker = new AckTracker(_lane, every: 1);
        Receive(tracker, 3);

        tracker.Consume(2);
        tracker.Consume(1);
        Assert.Empty(_lane.Acks);

        tracker.Consume(0);
        Assert.Equal([new LaneAck(AckKind.Consumed, 3)], _lane.Acks);
    }

    [Fact]
    public void Acknowledgements_wait_until_there_is_enough_to_tell()
    {
        var tracker = new AckTracker(_lane, every: 4);
        Receive(tracker, 9);
        for (var index = 0UL; index < 9; index++)
        {
            tracker.Consume(index);
        }

        Assert.Equal([new LaneAck(AckKind.Consumed, 4), new LaneAck(AckKind.Consumed, 8)], _lane.Acks);
    }

    [Fact]
    public void A_damaged_block_is_named_and_counts_as_consumed()
    {
        var tracker = new AckTracker(_lane, every: 1);
        Receive(tracker, 2);

        tracker.Refuse(1);
        tracker.Consume(0);

        Assert.Equal([new LaneAck(AckKind.Damaged, 1), new LaneAck(AckKind.Consumed, 2)], _lane.Acks);
    }

    [Fact]
    public void More_blocks_than_any_window_allows_are_refused()
    {
        var tracker = new AckTracker(_lane, every: 1);
        Receive(tracker, 2 * Limits.MaxWindow);

        Assert.Throws<ProtocolException>(() => tracker.Receive(2 * Limits.MaxWindow));
        Assert.Throws<ProtocolException>(() => tracker.Receive(ulong.MaxValue));
    }

    [Fact]
    public void A_broken_lane_is_shut_and_not_reported_to_whoever_consumes()
    {
        _lane.IsBroken = true;
        var tracker = new AckTracker(_lane, every: 1);
        Receive(tracker, 1);

        tracker.Consume(0);

        Assert.True(_lane.IsShut);
    }

    [Fact]
    public void In_whatever_order_blocks_are_consumed_acknowledgements_grow_and_end_with_the_last() => Prop.ForAll(
        Gen.Choose(1, 300).SelectMany(count => Gen.Shuffle(Enumerable.Range(0, count).ToArray())).ToArbitrary(),
        order =>
        {
            var lane = new AckRecorder();
            var tracker = new AckTracker(lane, every: 1);
            Receive(tracker, order.Length);
            var consumed = new HashSet<ulong>();
            foreach (var index in order)
            {
                consumed.Add((ulong)index);
                tracker.Consume((ulong)index);
                var prefix = Enumerable.Range(0, order.Length + 1).First(i => !consumed.Contains((ulong)i));
                Assert.Equal((ulong)prefix, lane.Acks.Count == 0 ? 0 : lane.Acks[^1].Index);
            }

            Assert.Equal(lane.Acks.Select(ack => ack.Index).Distinct().Order(), lane.Acks.Select(ack => ack.Index));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_block_that_a_lane_delivers_twice_is_refused_before_and_after_it_is_consumed()
    {
        var tracker = new AckTracker(_lane, every: 1);
        Receive(tracker, 2);
        Assert.Throws<ProtocolException>(() => tracker.Receive(1));

        tracker.Consume(1);
        Assert.Throws<ProtocolException>(() => tracker.Receive(1));

        tracker.Consume(0);
        Assert.Throws<ProtocolException>(() => tracker.Receive(0));
        tracker.Receive(2);
    }

    /// <summary>A lane that does not keep the order: no block waits for a late one.</summary>
    [Fact]
    public void Over_a_lane_without_order_each_block_has_its_own_acknowledgement_as_soon_as_it_is_consumed()
    {
        using var lane = new AckRecorder { Traits = new LaneTraits(1024) { IsUnordered = true } };
        var tracker = new AckTracker(lane, every: 4);
        foreach (var index in (ulong[])[7, 2, 9, 0])
        {
            tracker.Receive(index);
        }

        tracker.Consume(9);
        tracker.Refuse(2);
        tracker.Consume(0);
        tracker.Consume(7);

        Assert.Equal(
            [new LaneAck(AckKind.Single, 9), new LaneAck(AckKind.Damaged, 2), new LaneAck(AckKind.Single, 0), new LaneAck(AckKind.Single, 7)],
            lane.Acks);
    }

    private static void Receive(AckTracker tracker, int count)
    {
        for (var i = 0; i < count; i++)
        {
            tracker.Receive((ulong)i);
        }
    }
}
