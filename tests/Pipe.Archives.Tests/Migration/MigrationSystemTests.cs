using Pipe.Protocol;

namespace Pipe.Archives.Tests;

public sealed class MigrationSystemTests
{
    private static readonly MigrationCommands None = new();

    [Theory]
    [InlineData("dmf")]
    [InlineData("lustre")]
    [InlineData("dsm")]
    [InlineData("stornext")]
    [InlineData("sam")]
    public void The_system_whose_commands_are_there_is_found(string system) =>
        Assert.Equal(system, Find("", None, FakeHsm.Folder(system)).Name);

    [Fact]
    public void Where_there_is_none_nothing_is_made_up()
    {
        var failure = Assert.Throws<Failure>(() => Find("", None, "/nowhere"));
        Assert.Equal("data migration: no commands of a system known here are installed", failure.Message);
        Assert.Contains("-hsm", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_are_two_one_must_be_chosen()
    {
        var both = $"{FakeHsm.Folder("sam")}:{FakeHsm.Folder("lustre")}";
        Assert.Equal("data migration: there are commands of more than one system: lustre, sam", Assert.Throws<Failure>(() => Find("", None, both)).Message);
        Assert.Equal("sam", Find("sam", None, both).Name);
    }

    [Fact]
    public void A_system_that_is_not_installed_says_what_is_missing() =>
        Assert.Equal("data migration with dmf: dmput is not installed here", Assert.Throws<Failure>(() => Find("dmf", None, "/nowhere")).Message);

    [Fact]
    public void A_system_that_must_know_more_says_what()
    {
        var failure = Assert.Throws<Failure>(() => Find("eeadm", None, FakeHsm.Folder("eeadm")));
        Assert.Equal((ExitCode.Usage, "data migration with eeadm: no pool", "name it: --hsm eeadm:POOL"), (failure.Code, failure.Message, failure.Hint));
    }

    [Fact]
    public void A_name_that_is_none_is_answered_with_those_there_are()
    {
        var failure = Assert.Throws<Failure>(() => Find("hpss", None, "/nowhere"));
        Assert.Equal("data migration: no system is called 'hpss'", failure.Message);
        Assert.Equal("known: dmf, lustre, eeadm, dsm, stornext, beegfs, gpfs-script, sam, cmd", failure.Hint);
    }

    [Fact]
    public void Own_commands_without_a_state_prove_nothing()
    {
        Assert.Equal(ExitCode.Usage, Assert.Throws<Failure>(() => Find("cmd", new MigrationCommands(Migrate: "x"), "")).Code);
        Assert.Equal("cmd", Find("", new MigrationCommands("x", "y"), "").Name);
    }

    [Fact]
    public void With_a_state_alone_it_can_be_asked_and_nothing_else()
    {
        var system = Find("cmd", new MigrationCommands(State: "x"), "");
        Assert.False(system.CanMigrate || system.CanRecall || system.CanRelease || system.CanForget);
    }

    [Fact]
    public void A_verb_that_has_no_command_is_refused_before_anything_is_done()
    {
        var system = Find("cmd", new MigrationCommands(Recall: "x", State: "y"), "");
        Assert.Equal("data migration: no command to migrate files", Assert.Throws<Failure>(() => new MigrationQueue(system, release: false)).Message);
        var terms = new RecallTerms(1, Release: true, TimeSpan.Zero, ExitCode.NoSpace, _ => { });
        Assert.Equal("data migration: no command to release files", Assert.Throws<Failure>(() => new RecallAhead(system, [], terms)).Message);
    }

    [Theory]
    [InlineData("echo dual")]
    [InlineData("echo DUL")]
    [InlineData("echo {}: '(0x00000009) exists archived, archive_id:1'; true")]
    public void A_single_verb_of_a_profile_may_be_one_s_own(string state)
    {
        using var hsm = new FakeHsm();
        var path = hsm.Write("file", [1]);
        var own = Find("lustre", new MigrationCommands(State: state), FakeHsm.Folder("lustre"));
        Assert.Equal(MigrationState.Dual, own.StateOf([path], new Cancellation())[path]);
        Assert.True(own.Migrate([path], new Cancellation())[path].IsAccepted);
        Assert.Single(hsm.Events("archive"));
    }

    [Fact]
    public void What_does_not_work_at_a_place_says_so()
    {
        var failure = Assert.Throws<Failure>(() => FakeHsm.System("lustre").Test("/", TimeSpan.MaxValue));
        Assert.StartsWith("/: no data migration with lustre: lfs hsm_state ended with status 25: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_will_be_deleted_are_forgotten_where_that_is_needed()
    {
        using var hsm = new FakeHsm();
        var path = hsm.Write("file", [1]);
        Assert.True(FakeHsm.System("lustre").Forget([path], new Cancellation())[path].IsAccepted);
        Assert.True(FakeHsm.System("dmf").Forget([path], new Cancellation())[path].IsAccepted);
        Assert.Single(hsm.Events("forget"));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_command_that_hangs_does_not_outlive_us()
    {
        using var scratch = new Scratch();
        using var host = Processes.Start(Processes.HostCommand("run-group", $"echo $$ > {scratch["pid"]}; exec sleep 1000"));
        var pid = await Processes.PidIn(scratch["pid"]);
        host.Kill();
        Assert.True(await Limit.Until(() => !Processes.IsRunning(pid)));
    }

    private static MigrationSystem Find(string name, MigrationCommands own, string path) => MigrationSystem.Find(name, own, new ProgramSearch(path), FakeHsm.Fast);
}
