using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class HeartbeatTests
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_peer_that_has_announced_a_pause_may_be_silent_until_it_goes_on()
    {
        using var wire = new Wire();
        var mailbox = new Mailbox();
        using var link = new Link(wire.Channel, mailbox, ChannelStart.Initiator(Role.Sender), new Tally(), timeoutSeconds: 1, "far");
        wire.Channel.Greeted();
        link.Start();
        wire.Say(Frame.Pack(new Paused(3600)));
        var end = mailbox.TakeAsync().AsTask();
        Assert.NotSame(end, await Task.WhenAny(end, Task.Delay(4000)));
        Assert.True(link.IsPaused);

        wire.Say(Frame.Pack(new Paused(0)));
        Assert.Contains("silent for 1 seconds", Assert.IsType<SessionEvent.Failed>(await end).Cause.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_pause_ends_too()
    {
        using var wire = new Wire();
        var mailbox = new Mailbox();
        using var link = new Link(wire.Channel, mailbox, ChannelStart.Initiator(Role.Sender), new Tally(), timeoutSeconds: 1, "far");
        wire.Channel.Greeted();
        link.Start();
        wire.Say(Frame.Pack(new Paused(3)));

        Assert.Contains("silent for 3 seconds", Assert.IsType<SessionEvent.Failed>(await mailbox.TakeAsync()).Cause.Message, StringComparison.Ordinal);
    }
}
