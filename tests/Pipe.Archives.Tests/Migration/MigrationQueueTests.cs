namespace Pipe.Archives.Tests;

public sealed class MigrationQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Files_are_migrated_and_released_in_the_background()
    {
        using var hsm = new FakeHsm("delay 50");
        using var queue = new MigrationQueue(FakeHsm.System("dmf"), release: true);
        var paths = Write(hsm, queue, 5);
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true)));
        Assert.True(await Limit.Until(() => queue.Reclaim() == Reclaimed.Nothing));
        Assert.Equal(paths, hsm.Events("release").Select(line => line[1]).Order());
        Assert.Empty(hsm.Events("unsafe"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_end_waits_until_the_system_has_the_requests_and_not_for_the_tape()
    {
        using var hsm = new FakeHsm("delay 3600000");
        using var queue = new MigrationQueue(FakeHsm.System("lustre"), release: false);
        var paths = Write(hsm, queue, 3);
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, _ => { })));
        Assert.Equal(3, queue.Pending);
        Assert.Equal(paths, hsm.Events("archive").Select(line => line[1]).Order());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_young_file_is_left_alone_until_it_is_old_enough()
    {
        using var hsm = new FakeHsm("min_age 4000");
        var pace = FakeHsm.Fast with { Scale = 4 / 100.0 };
        using var queue = new MigrationQueue(FakeHsm.System("eeadm:pool1", pace), release: false);
        Assert.Equal(TimeSpan.FromSeconds(5), FakeHsm.System("eeadm:pool1", pace).MinimumAge);
        Write(hsm, queue, 1);
        var said = new List<string>();
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, said.Add, untilCopied: true)));
        Assert.EndsWith("/file 0: too young to be migrated", said[0], StringComparison.Ordinal);
        Assert.DoesNotContain(said, words => words.Contains("Retry later", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_time_that_a_file_is_too_young_costs_no_patience()
    {
        using var hsm = new FakeHsm();
        using var queue = new MigrationQueue(FakeHsm.System("eeadm:pool1", MigrationPace.Usual), release: false);
        Write(hsm, queue, 1);
        var end = Limit.Of(() => queue.Finish(TimeSpan.FromMilliseconds(50), _ => { }));
        await Task.Delay(300);
        Assert.False(end.IsCompleted);
        queue.Abort();
        Assert.Single(await end);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_the_system_has_no_time_for_is_tried_again()
    {
        using var hsm = new FakeHsm("fail 1");
        using var queue = new MigrationQueue(FakeHsm.System("dsm"), release: false);
        Write(hsm, queue, 2);
        await Task.Delay(200);
        Assert.Equal(2, queue.Pending);
        hsm.Control();
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_request_that_was_lost_is_made_again()
    {
        using var hsm = new FakeHsm("lose 1");
        using var queue = new MigrationQueue(FakeHsm.System("dmf"), release: false);
        Write(hsm, queue, 1);
        Assert.True(await Limit.Until(() => hsm.Events("lost").Count() >= 2));
        hsm.Control();
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_end_of_patience_leaves_a_line_for_each_file_and_its_cause()
    {
        using var hsm = new FakeHsm("fail 1");
        using var queue = new MigrationQueue(FakeHsm.System("sam"), release: false);
        var path = Write(hsm, queue, 1)[0];
        var said = new List<string>();
        var trouble = await Limit.Of(() => queue.Finish(TimeSpan.FromSeconds(8), said.Add));
        Assert.Equal([$"{path}: not migrated by sam: archive ended with status 1: archive: sam-amld is not running"], trouble);
        Assert.Matches("^waiting [0-9]+ s for sam to migrate .*/file 0: archive ended with status 1: ", said[^1]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_that_is_refused_for_good_does_not_hold_up_the_others()
    {
        using var hsm = new FakeHsm();
        var refuse = $"for name; do case $name in *bad) exit 77;; esac; done; {FakeHsm.Folder("cmd")}/sitehsm migrate";
        var own = new MigrationCommands(refuse, $"{FakeHsm.Folder("cmd")}/sitehsm state");
        using var queue = new MigrationQueue(MigrationSystem.Find("cmd", own, new ProgramSearch(""), FakeHsm.Fast), release: false);
        queue.Add(hsm.Write("bad", [1]), 1);
        var good = Write(hsm, queue, 4);
        var trouble = await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true));
        Assert.Equal([$"{hsm["bad"]}: not migrated by cmd: {refuse} ended with status 77"], trouble);
        Assert.Equal(good, hsm.Events("copied").Select(line => line[1]).Order());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_full_disk_may_hope_for_files_on_their_way_and_for_no_others()
    {
        using var hsm = new FakeHsm("fail 1");
        using var queue = new MigrationQueue(FakeHsm.System("lustre"), release: true);
        Assert.Equal(Reclaimed.Nothing, queue.Reclaim());
        Write(hsm, queue, 1);
        Assert.Equal(Reclaimed.Pending, queue.Reclaim());
        hsm.Control();
        Assert.True(await Limit.Until(() => queue.Reclaim() == Reclaimed.Freed));
        Assert.Equal(Reclaimed.Nothing, queue.Reclaim());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_with_a_copy_that_may_not_be_released_may_still_be_by_the_system_itself()
    {
        using var hsm = new FakeHsm();
        using var queue = new MigrationQueue(FakeHsm.System("lustre"), release: false);
        Write(hsm, queue, 1);
        await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true));
        Assert.Equal(Reclaimed.Pending, queue.Reclaim());
        Assert.Empty(hsm.Events("release"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_that_is_in_use_is_released_later()
    {
        using var hsm = new FakeHsm("busy 1");
        using var queue = new MigrationQueue(FakeHsm.System("lustre"), release: true);
        Write(hsm, queue, 1);
        await Limit.Of(() => queue.Finish(TimeSpan.FromSeconds(2), _ => { }, untilCopied: true));
        hsm.Control();
        Assert.True(await Limit.Until(() => queue.Reclaim() == Reclaimed.Nothing));
        Assert.Single(hsm.Events("release"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Commands_that_hang_are_ended_and_made_again()
    {
        using var hsm = new FakeHsm("hang 0.5", "seed 3");
        using var queue = new MigrationQueue(FakeHsm.System("dmf", FakeHsm.Fast with { LongestCall = TimeSpan.FromSeconds(1) }), release: true);
        Write(hsm, queue, 2);
        Assert.Empty(await Limit.Of(() => queue.Finish(Patience, _ => { }, untilCopied: true)));
        Assert.NotEmpty(hsm.Hung);
        queue.Dispose();
        Assert.True(await Limit.Until(() => !hsm.Hung.Any(Processes.IsRunning)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_abort_ends_a_command_that_hangs_and_the_wait_for_it()
    {
        using var hsm = new FakeHsm("hang 1");
        using var queue = new MigrationQueue(FakeHsm.System("dmf", MigrationPace.Usual), release: false);
        Write(hsm, queue, 1);
        var end = Limit.Of(() => queue.Finish(TimeSpan.FromHours(1), _ => { }));
        Assert.True(await Limit.Until(() => hsm.Hung.Count() == 2));
        queue.Abort();
        Assert.Single(await end);
        queue.Dispose();
        Assert.True(await Limit.Until(() => !hsm.Hung.Any(Processes.IsRunning)));
    }

    [Fact]
    public void An_empty_file_has_nothing_to_migrate()
    {
        using var hsm = new FakeHsm();
        using var queue = new MigrationQueue(FakeHsm.System("eeadm:pool1"), release: false);
        queue.Add(hsm.Write("empty", []), 0);
        Assert.Empty(queue.Finish(Patience, _ => { }));
        Assert.Empty(hsm.Journal);
    }

    private static string[] Write(FakeHsm hsm, MigrationQueue queue, int count)
    {
        var paths = Enumerable.Range(0, count).Select(i => hsm.Write($"file {i}", [1, 2, 3])).ToArray();
        Array.ForEach(paths, path => queue.Add(path, 3));
        return paths;
    }
}
