using Pipe.Protocol;

namespace Pipe.Archives.Tests;

public sealed class RecallAheadTests
{
    private const int Size = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Who_waits_for_a_short_time_asks_for_what_is_lost_within_it()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), MigrationPace.Usual.Within(TimeSpan.FromMinutes(1)).Lost);
        Assert.Equal(MigrationPace.Usual, MigrationPace.Usual.Within(TimeSpan.FromHours(1)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Files_come_back_in_order_and_no_more_at_once_than_the_budget_allows()
    {
        using var hsm = new FakeHsm("delay 30");
        var files = await Offline(hsm, "dmf", 12);
        var waits = new List<string>();
        using (var ahead = new RecallAhead(FakeHsm.System("dmf"), files, Terms(4 * Size, release: true, waits.Add)))
        {
            await Limit.Of(() => ReadAll(hsm, ahead, files));
        }

        // Requests that fit the budget together may overtake one another.
        var recalls = hsm.Events("recall").Select(line => Array.FindIndex(files, file => file.Path == line[1])).ToArray();
        Assert.Equal(Enumerable.Range(0, files.Length), recalls.Order());
        Assert.All(recalls, (file, place) => Assert.InRange(file - place, -3, 3));
        Assert.Equal(2 * files.Length, hsm.Events("release").Count());
        Assert.True(MostOnDisk(hsm) <= 4, $"{MostOnDisk(hsm)} files were on disk");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_whole_list_goes_with_one_command()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "eeadm:pool1", 20);
        var calls = hsm["calls"];
        var own = new MigrationCommands(Recall: $"echo $# >> {calls}; {FakeHsm.Folder("cmd")}/sitehsm recall", State: $"{FakeHsm.Folder("cmd")}/sitehsm state");
        using var ahead = new RecallAhead(MigrationSystem.Find("cmd", own, new ProgramSearch(""), FakeHsm.Fast), files, Terms(20 * Size));
        await Limit.Of(() => ReadAll(hsm, ahead, files));
        Assert.True(File.ReadAllLines(calls).Length <= 3, File.ReadAllText(calls));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_that_went_back_to_tape_before_it_was_read_is_recalled_again()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "lustre", 2);
        using var ahead = new RecallAhead(FakeHsm.System("lustre"), files, Terms(2 * Size));
        await Limit.Of(() => ahead.Await(0));
        Assert.True(await Limit.Until(() => hsm.Events("recalled").Count() == 2));
        FakeHsm.System("lustre").Release([files[1].Path], new Cancellation());
        await Limit.Of(() => ahead.Await(1));
        Assert.NotEqual(new byte[Size], File.ReadAllBytes(files[1].Path));
        Assert.Equal(3, hsm.Events("recalled").Count());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_request_that_was_lost_is_made_again()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "sam", 1);
        hsm.Control("lose 1");
        using var ahead = new RecallAhead(FakeHsm.System("sam"), files, Terms(Size));
        Assert.True(await Limit.Until(() => hsm.Events("lost").Count() >= 2));
        hsm.Control();
        await Limit.Of(() => ahead.Await(0));
        Assert.NotEqual(new byte[Size], File.ReadAllBytes(files[0].Path));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_end_of_patience_names_the_file_and_its_state()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "dmf", 1);
        hsm.Control("delay 3600000");
        var said = new List<string>();
        using var ahead = new RecallAhead(FakeHsm.System("dmf"), files, Terms(Size, waiting: said.Add) with { Patience = TimeSpan.FromSeconds(3), TimedOut = ExitCode.NoSpace });
        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => ahead.Await(0)));
        Assert.Equal(ExitCode.NoSpace, failure.Code);
        Assert.Matches("^not recalled within 3 s: .*/file 0: recalling says dmf, asked for [0-9]+ s ago$", failure.Message);
        Assert.Matches("^waiting [0-9]+ s for .*/file 0: (offline|recalling|unknown) says dmf", said[0]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_recall_that_is_refused_fails_with_what_the_command_said()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "dmf", 1);
        var own = new MigrationCommands(Recall: "echo >&2 the tape is torn; exit 77 #", State: $"{FakeHsm.Folder("cmd")}/sitehsm state");
        using var ahead = new RecallAhead(MigrationSystem.Find("cmd", own, new ProgramSearch(""), FakeHsm.Fast), files, Terms(Size));
        var failure = await Assert.ThrowsAsync<Failure>(() => Limit.Of(() => ahead.Await(0)));
        Assert.Equal(ExitCode.Objects, failure.Code);
        Assert.Equal($"{files[0].Path}: not recalled by cmd: echo >&2 the tape is torn; exit 77 # ended with status 77: the tape is torn", failure.Message);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_that_is_on_disk_is_not_waited_for_and_not_asked_for()
    {
        using var hsm = new FakeHsm();
        var path = hsm.Write("file", new byte[Size]);
        using var ahead = new RecallAhead(FakeHsm.System("stornext"), [new RecallFile(path, Size)], Terms(Size));
        await Limit.Of(() => ahead.Await(0));
        Assert.Empty(hsm.Events("recall"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_without_a_copy_is_not_released_after_it_was_read()
    {
        using var hsm = new FakeHsm();
        var path = hsm.Write("file", [1, 2, 3]);
        using (var ahead = new RecallAhead(FakeHsm.System("dmf"), [new RecallFile(path, 3)], Terms(Size, release: true)))
        {
            await Limit.Of(() => ahead.Await(0));
            ahead.Done(0);
            Assert.True(await Limit.Until(() => hsm.Events("state").Count() >= 3));
            ahead.Abort();
        }

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Empty(hsm.Events("unsafe"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Files_that_are_left_out_are_not_recalled()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "dmf", 10);
        using var ahead = new RecallAhead(FakeHsm.System("dmf"), files, Terms(2 * Size));
        await Limit.Of(() => ahead.Await(8));
        ahead.Done(8);
        await Limit.Of(() => ahead.Await(9));
        Assert.DoesNotContain(files[5].Path, hsm.Events("recall").Select(line => line[1]));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_abort_ends_the_wait()
    {
        using var hsm = new FakeHsm();
        var files = await Offline(hsm, "dmf", 1);
        hsm.Control("delay 3600000");
        using var ahead = new RecallAhead(FakeHsm.System("dmf"), files, Terms(Size));
        var wait = Limit.Of(() => ahead.Await(0));
        await Task.Delay(50);
        ahead.Abort();
        Assert.Equal(ExitCode.Interrupted, (await Assert.ThrowsAsync<Failure>(() => wait)).Code);
    }

    private static RecallTerms Terms(long budget, bool release = false, Action<string>? waiting = null) =>
        new(budget, release, Patience, ExitCode.NoSpace, waiting ?? (_ => { }));

    private static byte[] Content(int index) => [.. Enumerable.Repeat((byte)(index + 1), Size)];

    /// <summary>Files that are on tape only.</summary>
    private static async Task<RecallFile[]> Offline(FakeHsm hsm, string system, int count)
    {
        var paths = Enumerable.Range(0, count).Select(i => hsm.Write($"file {i}", Content(i))).ToArray();
        await Limit.Of(() => hsm.Release(FakeHsm.System(system), paths));
        return [.. paths.Select(path => new RecallFile(path, Size))];
    }

    private static void ReadAll(FakeHsm hsm, RecallAhead ahead, RecallFile[] files)
    {
        for (var i = 0; i < files.Length; i++)
        {
            ahead.Await(i);
            Assert.Equal(Content(i), File.ReadAllBytes(files[i].Path));
            ahead.Done(i);
        }
    }

    /// <summary>Most files that were on disk at a time, after all of them had been released once.</summary>
    private static int MostOnDisk(FakeHsm hsm)
    {
        var (now, most) = (0, 0);
        foreach (var line in hsm.Journal.SkipWhile(line => line[0] != "recall"))
        {
            now += line[0] switch { "recalled" => 1, "release" => -1, _ => 0 };
            most = Math.Max(most, now);
        }

        return most;
    }
}
