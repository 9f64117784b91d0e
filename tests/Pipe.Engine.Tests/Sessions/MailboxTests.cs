using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class MailboxTests
{
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Events_of_each_poster_come_in_their_order_and_none_is_lost()
    {
        const int posters = 4;
        const int each = 1000;
        var mailbox = new Mailbox();
        var posting = Enumerable.Range(0, posters).Select(poster => Limit.Of(() =>
        {
            for (var i = 0; i < each; i++)
            {
                mailbox.Post(new SessionEvent.NoWay([poster, i], ""));
            }
        })).ToArray();

        var seen = new int[posters];
        for (var i = 0; i < posters * each; i++)
        {
            var what = Assert.IsType<SessionEvent.NoWay>(await mailbox.TakeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(seen[what.Lanes[0]]++, what.Lanes[1]);
        }

        await Task.WhenAll(posting);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_was_taken_too_early_comes_again_before_anything_else()
    {
        var mailbox = new Mailbox();
        SessionEvent[] all = [new SessionEvent.NoWay([1], ""), new SessionEvent.NoWay([2], ""), new SessionEvent.NoWay([3], "")];
        mailbox.Post(all[0]);
        mailbox.Post(all[1]);
        List<SessionEvent> taken = [await mailbox.TakeAsync(), await mailbox.TakeAsync()];
        mailbox.Post(all[2]);
        mailbox.PutBack(taken);
        Assert.Equal(all, (SessionEvent[])[await mailbox.TakeAsync(), await mailbox.TakeAsync(), await mailbox.TakeAsync()]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_end_of_a_session_is_seen_before_it_is_taken()
    {
        var mailbox = new Mailbox();
        var end = mailbox.EndsAsync();
        mailbox.Post(MessageType.Ping, []);
        Assert.False(end.IsCompleted);
        mailbox.Post(new SessionEvent.Failed(new IOException()));
        await end;
        await mailbox.EndsAsync();
        Assert.IsType<SessionEvent.Received>(await mailbox.TakeAsync());
        Assert.IsType<SessionEvent.Failed>(await mailbox.TakeAsync());
        Assert.False(mailbox.EndsAsync().IsCompleted);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nobody_waits_for_a_mailbox_that_is_closed()
    {
        var mailbox = new Mailbox();
        var end = mailbox.EndsAsync();
        var taking = mailbox.TakeAsync();
        mailbox.Close();
        await end;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await taking);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await mailbox.TakeAsync());
        Assert.True(mailbox.EndsAsync().IsCompleted);
    }
}
