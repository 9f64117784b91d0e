using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Pipe.Linux.Tests;

public sealed class GroupRunTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task It_reads_what_it_is_given_and_what_it_writes_is_kept()
    {
        var end = await Waiting.Start(() => GroupRun.Run(["sh", "-c", "tr a-z A-Z; echo trouble >&2; exit 3"], "some words"u8, Long, Never)).Soon();
        Assert.Equal(new ExitStatus(3, 0), end.Exit);
        Assert.Equal("SOME WORDS", Encoding.UTF8.GetString(end.Output));
        Assert.Equal("trouble\n", Encoding.UTF8.GetString(end.Errors));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var end = await Waiting.Start(() => GroupRun.Run(["no-such-program"], [], Long, Never)).Soon();
        Assert.Equal(new ExitStatus(127, 0), end.Exit);
        Assert.Contains("no-such-program: not found", Encoding.UTF8.GetString(end.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_limit_the_children_of_children_end_too_even_if_they_are_deaf()
    {
        var script = $"trap '' TERM; (trap '' TERM; echo $$ > /dev/null; sh -c 'echo $$ > {_scratch["grandchild"]}; exec sleep 1000') & sleep 1000";
        var end = await Waiting.Start(() => GroupRun.Run(["sh", "-c", script], [], TimeSpan.FromSeconds(1), Never)).Soon();
        Assert.Null(end.Exit);
        await Ends(_scratch["grandchild"]);
    }

    [Fact]
    public async Task What_it_leaves_behind_ends_with_it_and_is_not_waited_for()
    {
        var end = await Waiting.Start(() => GroupRun.Run(["sh", "-c", $"sleep 1000 & echo $! > {_scratch["left"]}"], [], Long, Never)).Soon();
        Assert.True(end.Exit?.IsSuccess);
        await Ends(_scratch["left"]);
    }

    [Fact]
    public async Task It_is_ended_from_another_thread()
    {
        var stop = new TaskCompletionSource();
        var run = Waiting.Start(() => GroupRun.Run(["sh", "-c", $"echo $$ > {_scratch["pid"]}; exec sleep 1000"], [], Long, stop.Task));
        Assert.True(await Until(() => File.Exists(_scratch["pid"]) && File.ReadAllText(_scratch["pid"]).EndsWith('\n')));
        stop.SetResult();
        Assert.Null((await run.Soon()).Exit);
        await Ends(_scratch["pid"]);
    }

    [Fact]
    public async Task A_signal_that_killed_it_is_told() =>
        Assert.Equal(new ExitStatus(0, 15), (await Waiting.Start(() => GroupRun.Run(["sh", "-c", "kill $$"], [], Long, Never)).Soon()).Exit);

    private static async Task Ends(string file)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        Assert.True(await Until(() => !IsRunning(pid)), $"process {pid} still runs");
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(5);
        }

        return condition();
    }
}
