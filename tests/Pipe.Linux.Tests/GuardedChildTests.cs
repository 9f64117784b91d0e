namespace Pipe.Linux.Tests;

public sealed class GuardedChildTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task It_runs_in_the_directory_that_is_named()
    {
        Directory.CreateDirectory(_scratch["-dir"]);
        using var output = _scratch.Create("output");
        using var child = GuardedChild.Start(["pwd"], [null, output, null], directory: _scratch["-dir"]);
        Assert.True((await child.Exit.Soon()).IsSuccess);
        Assert.Equal($"{_scratch["-dir"]}\n", File.ReadAllText(_scratch["output"]));
    }

    [Fact]
    public async Task Without_its_directory_it_does_not_run()
    {
        using var errors = _scratch.Create("errors");
        using var child = GuardedChild.Start(["touch", _scratch["ran"]], [null, null, errors], directory: _scratch["none"]);
        Assert.False((await child.Exit.Soon()).IsSuccess);
        Assert.Contains(_scratch["none"], File.ReadAllText(_scratch["errors"]), StringComparison.Ordinal);
        Assert.False(File.Exists(_scratch["ran"]));
    }

    [Fact]
    public async Task Its_input_ends_once_it_is_dismissed_and_not_before()
    {
        var (input, ours) = Fd.Pipe("input");
        using var child = GuardedChild.Start(["cat"], [input, null, null], held: ours);
        input.Dispose();
        ours.Dispose();
        await child.Exit.StillWaits();
        child.Dismiss();
        Assert.True((await child.Exit.Soon()).IsSuccess);
    }

    [Fact]
    public async Task Several_threads_may_kill_it_and_each_returns_when_it_is_dead()
    {
        var (output, theirs) = Fd.Pipe("output");
        using var child = GuardedChild.Start(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"], [null, theirs, null]);
        Assert.True(output.Read(new byte[1]) == 1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Waiting.Start(() => child.Kill(TimeSpan.FromMilliseconds(50))).Soon()));
        Assert.Equal(new ExitStatus(0, Child.SignalKill), await child.Exit.Soon());
        output.Dispose();
        theirs.Dispose();
    }
}
