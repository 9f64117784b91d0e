using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class InboxTests : IDisposable
{
    private readonly Dictionary<AckTracker, ulong> _received = [];
    private readonly SlabPool _slabs = new(64, Limits.MinBlock);
    private readonly Tally _tally = new();

    public void Dispose() => _slabs.Dispose();

    [Fact]
    public void Blocks_of_a_pipe_wait_for_their_turn_and_are_acknowledged_only_then()
    {
        using var sink = new RecordingSink(30, isOrdered: true);
        var inbox = new StreamInbox(sink, 4, _tally);
        using var link = new AckRecorder();
        var book = new AckTracker(link, every: 1);

        Accept(inbox, book, 2);
        Accept(inbox, book, 1);
        Assert.Equal(0, sink.Calls);
        Assert.Empty(link.Acks);

        Accept(inbox, book, 0);
        Assert.Equal(3, sink.Calls);
        Assert.Equal(3UL, link.Acks[^1].Index);
    }

    [Fact]
    public void A_block_that_comes_again_while_its_first_copy_is_parked_is_not_acknowledged_before_it_is_written()
    {
        using var sink = new RecordingSink(20, isOrdered: true);
        var inbox = new StreamInbox(sink, 2, _tally);
        using var lost = new AckRecorder();
        using var fresh = new AckRecorder();
        var (lostBook, freshBook) = (new AckTracker(lost, every: 1), new AckTracker(fresh, every: 1));
        Accept(inbox, lostBook, 1);

        // The lane broke: the sender sends it again over another one.
        Accept(inbox, freshBook, 1);
        Assert.Empty(fresh.Acks);

        Accept(inbox, freshBook, 0);
        Assert.Equal(2, sink.Calls);
        Assert.Equal(new LaneAck(AckKind.Consumed, 2), fresh.Acks[^1]);
    }

    [Fact]
    public void The_copy_that_comes_last_may_be_the_one_over_the_lost_lane()
    {
        using var sink = new RecordingSink(20, isOrdered: true);
        var inbox = new StreamInbox(sink, 2, _tally);
        using var lost = new AckRecorder();
        using var fresh = new AckRecorder();
        var (lostBook, freshBook) = (new AckTracker(lost, every: 1), new AckTracker(fresh, every: 1));
        Accept(inbox, freshBook, 1);
        Accept(inbox, lostBook, 1);
        Accept(inbox, lostBook, 1);

        Accept(inbox, freshBook, 0);

        Assert.Equal(2UL, fresh.Acks[^1].Index);
        Assert.Equal(2UL, lost.Acks[^1].Index);
    }

    [Fact]
    public void A_block_that_was_written_long_ago_is_dropped_and_acknowledged()
    {
        using var sink = new RecordingSink(20, isOrdered: true);
        var inbox = new StreamInbox(sink, 2, _tally);
        using var link = new AckRecorder();
        var book = new AckTracker(link, every: 1);

        Accept(inbox, book, 0);
        Accept(inbox, book, 0);

        Assert.Equal(1, sink.Calls);
        Assert.Equal(2UL, link.Acks[^1].Index);
    }

    [Fact]
    public void A_block_beyond_the_window_is_refused()
    {
        using var sink = new RecordingSink(1000, isOrdered: true);
        var inbox = new StreamInbox(sink, 2, _tally);
        var book = new AckTracker(new AckRecorder(), every: 1);

        Assert.Throws<ProtocolException>(() => Accept(inbox, book, 2));
        Assert.Throws<ProtocolException>(() => Accept(inbox, book, ulong.MaxValue));
    }

    [Fact]
    public void A_block_in_its_turn_with_another_offset_than_its_turn_is_refused()
    {
        using var sink = new RecordingSink(1000, isOrdered: true);
        var inbox = new StreamInbox(sink, 2, _tally);
        var book = new AckTracker(new AckRecorder(), every: 1);

        Assert.Throws<ProtocolException>(() => Accept(inbox, book, 0, offset: 10));
    }

    [Fact]
    public void Blocks_of_a_file_are_placed_in_any_order_once()
    {
        using var sink = new RecordingSink(30, isOrdered: false);
        var inbox = new RangeInbox(sink, _tally);
        var book = new AckTracker(new AckRecorder(), every: 1);

        Accept(inbox, book, 2);
        Accept(inbox, book, 0);
        Accept(inbox, book, 2);
        Accept(inbox, book, 1);

        Assert.Equal(3, sink.Calls);
        Assert.Equal(30, _tally.Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_complete_when_all_is_here_whether_the_end_is_known_before_or_after(bool isKnownBefore)
    {
        using var sink = new RecordingSink(10, isOrdered: false);
        var inbox = new RangeInbox(sink, _tally);
        var end = new End(10, 1, Header(0, 0).Fingerprint);
        if (isKnownBefore)
        {
            inbox.Expect(end);
        }

        Assert.False(inbox.Complete.IsCompleted);
        Accept(inbox, new AckTracker(new AckRecorder(), every: 1), 0);
        inbox.Expect(end);

        Assert.Equal(end, await inbox.Complete);
    }

    [Theory]
    [InlineData(false, 20, 2, 1)]
    [InlineData(true, 20, 2, 1)]
    [InlineData(false, 20, 3, 0)]
    [InlineData(true, 20, 3, 0)]
    [InlineData(false, 20, 1, 0)]
    [InlineData(true, 20, 1, 0)]
    [InlineData(false, 21, 2, 0)]
    [InlineData(true, 19, 2, 0)]
    public async Task An_end_that_does_not_say_what_came_fails_the_copy(bool isOrdered, long size, ulong blocks, ulong offRoot)
    {
        using var sink = new RecordingSink(20, isOrdered);
        Inbox inbox = isOrdered ? new StreamInbox(sink, 4, _tally) : new RangeInbox(sink, _tally);
        var book = new AckTracker(new AckRecorder(), every: 1);
        Accept(inbox, book, 0);
        Accept(inbox, book, 1);

        inbox.Expect(new End(size, blocks, Header(0, 0).Fingerprint + Header(1, 10).Fingerprint + offRoot));

        var failure = await Assert.ThrowsAsync<Failure>(() => inbox.Complete.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(ExitCode.Integrity, failure.Code);
    }

    [Fact]
    public async Task Nothing_at_all_is_complete_at_once()
    {
        using var sink = new RecordingSink(0, isOrdered: true);
        var inbox = new StreamInbox(sink, 4, _tally);

        inbox.Expect(new End(0, 0, 0));

        Assert.Equal(0, (await inbox.Complete).Size);
    }

    private static BlockHeader Header(ulong sequence, long offset) => BlockHeader.Data(offset, 10, sequence, default);

    [Fact]
    public void When_the_copy_is_over_nothing_stays_parked()
    {
        using var sink = new RecordingSink(30, isOrdered: true);
        var inbox = new StreamInbox(sink, 4, _tally);
        using var link = new AckRecorder();
        var book = new AckTracker(link, every: 1);
        Accept(inbox, book, 2);
        Accept(inbox, book, 1);

        inbox.Close();
        Accept(inbox, book, 0);

        _slabs.Dispose();
        Assert.Equal(0, _slabs.Made);
        Assert.Equal(0, sink.Calls);
        Assert.Empty(link.Acks);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_block_that_is_being_written_when_the_copy_ends_is_kept_until_it_is_written()
    {
        using var sink = new SlowSink();
        var inbox = new StreamInbox(sink, 4, _tally);
        using var link = new AckRecorder();
        var book = new AckTracker(link, every: 1);
        Accept(inbox, book, 1);
        var writing = Limit.Of(() =>
        {
            Accept(inbox, book, 0);
            return true;
        });
        sink.HasBegun.Wait();

        inbox.Close();
        _slabs.Dispose();
        Assert.Equal(1, _slabs.Made);

        sink.MayEnd.Set();
        await writing;
        Assert.Equal(0, _slabs.Made);
        Assert.Equal(1, sink.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sink_that_fails_leaves_no_slab_behind(bool isOrdered)
    {
        using var sink = new SlowSink(isOrdered) { Fault = new IOException("full") };
        Inbox inbox = isOrdered ? new StreamInbox(sink, 4, _tally) : new RangeInbox(sink, _tally);
        using var link = new AckRecorder();
        var book = new AckTracker(link, every: 1);
        if (isOrdered)
        {
            Accept(inbox, book, 1);
        }

        Assert.Equal("full", Assert.Throws<Failure>(() => Accept(inbox, book, 0)).Message);
        if (isOrdered)
        {
            Accept(inbox, book, 0);
        }

        _slabs.Dispose();
        Assert.Equal(0, _slabs.Made);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_block_that_is_refused_leaves_no_slab_behind(bool isOrdered)
    {
        using var sink = new RecordingSink(30, isOrdered);
        Inbox inbox = isOrdered ? new StreamInbox(sink, 4, _tally) : new RangeInbox(sink, _tally);
        inbox.Expect(new End(10, 1, 0));
        using var link = new AckRecorder();

        Assert.Throws<ProtocolException>(() => Accept(inbox, new AckTracker(link, every: 1), 2));

        _slabs.Dispose();
        Assert.Equal(0, _slabs.Made);
    }

    /// <summary>A sink that has said nothing, and one that has said something else of that place.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kept_block_for_a_piece_that_is_not_here_is_refused(bool hasPieces)
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch[".target.pipe-part"], new byte[100]);
        using var resumed = ResumedFileSink.TryOpen(scratch["target"], Terms.NoMode)!;
        resumed.Kept.Next(0);
        using ISink sink = hasPieces ? resumed : new RecordingSink(100, isOrdered: false);
        var inbox = new RangeInbox(sink, _tally);
        using var link = new AckRecorder();
        var tracker = new AckTracker(link, every: 1);
        tracker.Receive(0);
        tracker.Receive(1);

        Assert.Throws<ProtocolException>(() => Keep(new byte[99], 0));
        if (hasPieces)
        {
            inbox = new RangeInbox(sink, _tally);
            Keep(new byte[100], 1);
            Assert.Equal(100, _tally.Kept);
        }

        void Keep(ReadOnlySpan<byte> bytes, ulong index) => inbox.Accept(
            BlockHeader.Kept(0, bytes.Length, 0, PieceDigest.InBlock(PieceDigest.Of(bytes))), _slabs.Rent()!, tracker, index);
    }

    private void Accept(Inbox inbox, AckTracker book, ulong sequence, long? offset = null)
    {
        var index = _received[book] = _received.TryGetValue(book, out var last) ? last + 1 : 0;
        book.Receive(index);
        inbox.Accept(Header(sequence, offset ?? ((long)sequence * 10)), _slabs.Rent()!, book, index);
    }
}
