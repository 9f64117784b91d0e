using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class SpaceRetryTests
{
    private readonly List<string> _told = [];

    [Theory(Timeout = Limit.Milliseconds)]
    [InlineData(Errno.NoSpace)]
    [InlineData(Errno.Quota)]
    public async Task What_fails_for_want_of_space_is_done_again_until_it_succeeds(int errno)
    {
        using var retry = new SpaceRetry(1000, Tell);
        var left = 4;

        await Limit.Of(() => retry.Persist("/tmp", () => FailWhile(left-- > 0, errno)));

        Assert.Equal(2, _told.Count);
        Assert.Contains(LinuxException.Describe(errno), _told[0], StringComparison.Ordinal);
        Assert.Contains(" free, waiting for 0 of 1000 s", _told[0], StringComparison.Ordinal);
        Assert.Equal("", _told[1]);
    }

    [Fact]
    public void What_succeeds_at_once_is_not_spoken_of()
    {
        using var retry = new SpaceRetry(1000, Tell);

        retry.Persist("/tmp", () => { });

        Assert.Empty(_told);
    }

    [Fact]
    public void What_fails_for_another_reason_is_not_done_again()
    {
        using var retry = new SpaceRetry(1000, Tell);
        var calls = 0;

        Assert.Equal(Errno.ReadOnly, Assert.Throws<LinuxException>(() => retry.Persist("/tmp", () => FailWhile(++calls > 0, Errno.ReadOnly))).Errno);

        Assert.Equal(1, calls);
        Assert.Empty(_told);
    }

    [Fact]
    public void Without_patience_a_full_disk_is_an_error_at_once()
    {
        using var retry = new SpaceRetry(0, Tell);

        Assert.True(Assert.Throws<LinuxException>(() => retry.Persist("/tmp", () => FailWhile(true, Errno.NoSpace))).IsNoSpace);

        Assert.Empty(_told);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task It_has_an_end()
    {
        using var retry = new SpaceRetry(1, Tell);
        var clock = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => retry.Persist("/tmp", () => FailWhile(true, Errno.Quota))));

        Assert.Equal(ExitCode.TimedOut, failure.Code);
        Assert.Contains("still no space after 1 s", failure.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Given_up_nobody_waits_any_more()
    {
        using var retry = new SpaceRetry(1000, Tell);
        var waiting = Limit.Of(() => retry.Persist("/tmp", () => FailWhile(true, Errno.NoSpace)));
        Assert.True(await Limit.Until(() => _told.Count > 0));

        retry.GiveUp();

        Assert.Equal(ExitCode.Interrupted, (await Assert.ThrowsAsync<Failure>(() => waiting)).Code);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Whoever_can_make_room_is_asked_and_may_say_that_there_never_will_be_any()
    {
        using var retry = new SpaceRetry(1000, Tell);
        var asked = 0;
        retry.Reclaim = () => ++asked < 3 ? null : "nothing is migrating";

        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => retry.Persist("/tmp", () => FailWhile(true, Errno.NoSpace))));

        Assert.Equal(3, asked);
        Assert.Equal(ExitCode.TimedOut, failure.Code);
        Assert.Contains("nothing is migrating", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_directory_that_has_gone_does_not_hinder_the_message()
    {
        using var retry = new SpaceRetry(1000, Tell);
        var left = 1;

        await Limit.Of(() => retry.Persist("/nowhere/at/all", () => FailWhile(left-- > 0, Errno.NoSpace)));

        Assert.Equal(2, _told.Count);
    }

    private void Tell(string words) => _told.Add(words);

    private static void FailWhile(bool condition, int errno)
    {
        if (condition)
        {
            throw new LinuxException("write", "/tmp/file", errno);
        }
    }
}
