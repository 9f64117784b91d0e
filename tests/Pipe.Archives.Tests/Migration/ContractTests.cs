using System.Security.Cryptography;

namespace Pipe.Archives.Tests;

/// <summary>Each profile against the fake of its system: its calls, and its interpretation of the answers.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Systems => [.. FakeHsm.Systems];

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task A_file_is_copied_released_and_recalled_and_its_state_is_told(string system)
    {
        using var hsm = new FakeHsm("delay 100");
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var path = hsm.Write("a file, and more", bytes);
        var driver = new Driver(system, path);
        driver.System.Test(hsm.Root, TimeSpan.MaxValue);

        Assert.Equal(MigrationState.Resident, driver.State);
        Assert.True(driver.Migrate().IsAccepted);
        await driver.Becomes(MigrationState.Dual);
        Assert.True(driver.Release().IsAccepted);
        Assert.Equal(MigrationState.Offline, driver.State);
        Assert.Equal(new byte[bytes.Length], File.ReadAllBytes(path));
        Assert.True(driver.Recall().IsAccepted);
        await driver.Becomes(MigrationState.Dual);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Empty(hsm.Events("unsafe"));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void What_has_no_copy_is_never_released(string system)
    {
        using var hsm = new FakeHsm();
        var driver = new Driver(system, hsm.Write("file", [1, 2, 3]));
        Assert.Equal(new VerbOutcome(Verdict.Retry, "not released while its state is resident"), driver.Release());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(hsm["file"]));
        Assert.Empty(hsm.Events("unsafe"));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task What_has_changed_since_its_copy_was_made_is_not_released(string system)
    {
        using var hsm = new FakeHsm();
        var driver = new Driver(system, hsm.Write("file", [1, 2, 3]));
        driver.Migrate();
        await driver.Becomes(MigrationState.Dual);
        hsm.Write("file", [4, 5, 6, 7]);
        Assert.False(driver.Release().IsAccepted);
        Assert.Equal([4, 5, 6, 7], File.ReadAllBytes(hsm["file"]));
        Assert.Empty(hsm.Events("unsafe"));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Many_files_go_with_few_commands_and_one_that_is_missing_spoils_nothing(string system)
    {
        using var hsm = new FakeHsm();
        var paths = Enumerable.Range(0, 12).Select(i => hsm.Write($"file {i}", [(byte)i, 1])).ToArray();
        var driver = new Driver(system, paths);
        driver.Migrate();
        await driver.Becomes(MigrationState.Dual);
        var states = driver.System.StateOf([.. paths, hsm["missing"]], driver.Cancellation);
        Assert.Equal(MigrationState.Unknown, states[hsm["missing"]]);
        Assert.All(paths, path => Assert.Equal(MigrationState.Dual, states[path]));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void A_command_that_fails_says_why_and_may_be_tried_again(string system)
    {
        using var hsm = new FakeHsm("fail 1");
        var driver = new Driver(system, hsm.Write("file", [1]));
        Assert.Equal(MigrationState.Unknown, driver.State);
        Assert.Equal(Verdict.Retry, driver.Migrate().Verdict);
        Assert.Equal(Verdict.Retry, driver.Recall().Verdict);
        Assert.False(driver.Release().IsAccepted);
        Assert.Contains(" ended with status ", driver.Migrate().Cause, StringComparison.Ordinal);
        Assert.Empty(hsm.Events("archive"));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task An_answer_that_is_cut_off_proves_nothing_that_is_not_so(string system)
    {
        using var hsm = new FakeHsm();
        var paths = Enumerable.Range(1, 5).Select(i => hsm.Write(new string('f', i), [1, 2])).ToArray();
        var gone = new Driver(system, [.. paths.Where((_, i) => i % 2 == 0)]);
        gone.Migrate();
        await gone.Becomes(MigrationState.Dual);
        gone.Release();
        hsm.Control("garble 1", "seed 7");
        for (var i = 0; i < 4; i++)
        {
            var states = gone.System.StateOf(paths, gone.Cancellation);
            Assert.All(paths.Where((_, file) => file % 2 == 0), path => Assert.False(states[path].IsOnDisk()));
            Assert.All(paths.Where((_, file) => file % 2 == 1), path => Assert.False(states[path] is MigrationState.Dual or MigrationState.Offline or MigrationState.Recalling));
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public Task A_command_that_hangs_is_ended_with_all_its_children() => Task.WhenAll(FakeHsm.Systems.Select(system => Task.Run(() => Hang(system))));

    private static async Task Hang(string system)
    {
        using var hsm = new FakeHsm("hang 1");
        var driver = new Driver(system, hsm.Write("file", [1]), FakeHsm.Fast with { Scale = 1, LongestCall = TimeSpan.FromSeconds(4) });
        var outcome = await Limit.Of(driver.Migrate);
        Assert.Equal(Verdict.Retry, outcome.Verdict);
        Assert.Contains(" hung, and was killed after ", outcome.Cause, StringComparison.Ordinal);
        Assert.Equal(2, hsm.Hung.Count()); // a command and its child
        Assert.True(await Limit.Until(() => !hsm.Hung.Any(Processes.IsRunning)), "one of them still runs");
    }

    /// <summary>A driver and some files.</summary>
    private sealed class Driver(string system, string[] paths, MigrationPace? pace = null)
    {
        public Driver(string system, string path, MigrationPace? pace = null)
            : this(system, [path], pace)
        {
        }

        public MigrationSystem System { get; } = FakeHsm.System(system, pace);

        public Cancellation Cancellation { get; } = new();

        public MigrationState State => System.StateOf(paths, Cancellation)[paths[0]];

        public VerbOutcome Migrate() => System.Migrate(paths, Cancellation)[paths[0]];

        public VerbOutcome Release() => System.Release(paths, Cancellation)[paths[0]];

        public VerbOutcome Recall() => System.Recall(paths, Cancellation)[paths[0]];

        public async Task Becomes(MigrationState state) =>
            Assert.True(await Limit.Until(() => System.StateOf(paths, Cancellation).Values.All(now => now == state)), $"{System.Name}: {State}");
    }
}
