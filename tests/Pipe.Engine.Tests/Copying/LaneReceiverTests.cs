using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class LaneReceiverTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_system_refuses_to_the_sink_ends_the_copy_and_is_no_lost_lane(bool isOrdered)
    {
        using var sink = new SlowSink(isOrdered) { Fault = new LinuxException("write", "target", Errno.NoSpace) };
        Inbox inbox = isOrdered ? new StreamInbox(sink, 4, new Tally()) : new RangeInbox(sink, new Tally());
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slabs = new SlabPool(4, Limits.MinBlock);
        var link = new MemoryLink(1, new Weather(1));
        new LaneReceiver(link.Receiver, inbox, new ReceiverTerms(DigestKind.XxHash3, slabs, 1, new Tally()), failed.SetResult, (_, cause) => ended.SetResult(cause)).Start();

        using (var slab = new Slab(Limits.MinBlock))
        {
            link.Sender.Send(BlockHeader.Data(0, 10, 0, Digest.Of(DigestKind.XxHash3, slab.Payload[..10], 0)), slab);
        }

        var cause = await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(cause);
        var failure = Assert.IsType<Failure>(await failed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((ExitCode.NoSpace, "target: no space left on device"), (failure.Code, failure.Message));
        inbox.Close();
    }

    [Fact]
    public async Task A_sender_that_leaves_ends_the_copy_at_once()
    {
        using var sink = new SlowSink(isOrdered: false);
        var inbox = new RangeInbox(sink, new Tally());
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slabs = new SlabPool(4, Limits.MinBlock);
        var link = new MemoryLink(1, new Weather(1));
        new LaneReceiver(link.Receiver, inbox, new ReceiverTerms(DigestKind.XxHash3, slabs, 1, new Tally()), failed.SetResult, (_, _) => ended.SetResult()).Start();

        using (var slab = new Slab(Limits.MinBlock))
        {
            link.Sender.Send(BlockHeader.Leave, slab);
        }

        Assert.IsType<PeerLost>(await failed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        inbox.Close();
    }
}
