namespace EndToEnd.Tests.Yscp;

/// <summary>
/// kill -9 of one of the processes of a copy that goes straight from one host to another: it fails, with the name of the host that was
/// lost, leaves nothing behind that looks like success, and no process; a second run completes it.
/// </summary>
public sealed class BetweenHostsKillTests : BetweenHostsTest
{
    [Cases(Needs.Sshd)]
    [InlineData("server of the source", "error: HOST: ", 255)]
    [InlineData("server of the target", "error: OTHER: ", 255)]
    [InlineData("login of the source", "error: HOST: ", 255)]
    [InlineData("login of the target", "error: OTHER: ", 255)]
    [InlineData("program", "", 137)]
    public async Task A_killed_process_ends_it_everywhere(string victim, string says, int status)
    {
        MayLeaveTemporaryFiles = true;
        var copying = StartBetween("make; echo made >&2; between -v --rate 4m s/big t/new");
        copying.CloseInput();
        await copying.Until(() => copying.Error.Contains("data go straight", StringComparison.Ordinal), "it goes straight");
        var found = await Find(Victim(victim), victim);
        Processes.Signal(found.Id, "KILL");
        (await copying.End(60)).Is(status).Says(says);
        await NothingRuns();
        (await Between("{ [ ! -e t/new ] || cmp s/big t/new; } && between -Z s/big t/new && cmp s/big t/new")).Is(0);
    }

    [Case(Needs.Sshd)]
    public async Task A_signal_ends_it_everywhere()
    {
        MayLeaveTemporaryFiles = true;
        var copying = StartBetween("make; between -v --rate 4m s/big t/new");
        copying.CloseInput();
        await copying.Until(() => copying.Error.Contains("data go straight", StringComparison.Ordinal), "it goes straight");
        var program = await Find(one => IsProgram(one), "yscp");
        Processes.Signal(program.Id, "TERM");
        (await copying.End(60)).Is(1).Says("interrupted");
        Assert.False(File.Exists(PathOf("t/new")));
    }

    /// <summary>Broken data connections are made again, regardless of the end that listens.</summary>
    [Case(Needs.Sshd, Needs.Root, "ss")]
    public async Task Connections_that_break_are_made_again()
    {
        var port = Random.Shared.Next(12_000, 20_000);
        var copying = StartBetween($"make; between -v --ports {port} --rate 6m s/big t/new && cmp s/big t/new");
        copying.CloseInput();
        await copying.Until(() => copying.Error.Contains("data go straight", StringComparison.Ordinal), "it goes straight");
        for (var i = 0; i < 4; i++)
        {
            Repository.Checkout.Run("ss", "-Kt", "state", "established", $"sport = :{port}");
            await Task.Delay(400);
        }

        (await copying.End()).Is(0);
    }

    /// <summary>A copy through this host is resumed, also while the target reports its contents.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("login of the source")]
    [InlineData("login of the target")]
    public async Task A_login_that_is_lost_while_the_target_is_looked_through_is_made_again(string victim)
    {
        var copying = StartBetween("mkdir s t; truncate -s 3G s/zero t/zero; echo new > s/new; between -3 -v -Z 's/*' t && cmp s/new t/new");
        copying.CloseInput();
        await Find(one => IsServer(one) && HasOpen(one, PathOf("t/zero")), "the target is looked through");
        Processes.Signal((await Find(Victim(victim), victim)).Id, "KILL");
        (await copying.End()).Is(0);
    }

    private Func<ProcessInfo, bool> Victim(string name) => name switch
    {
        "server of the source" => one => IsServer(one) && HasOpen(one, PathOf("s/big")),
        "server of the target" => one => IsServer(one) && !HasOpen(one, PathOf("s/big")),
        "login of the source" => one => one.Name == "ssh" && one.Words.Contains("HOST"),
        "login of the target" => one => one.Name == "ssh" && one.Words.Contains("OTHER"),
        _ => IsProgram,
    };

    private static bool IsProgram(ProcessInfo process) => process.Words[0].EndsWith("yscp", StringComparison.Ordinal);

    private async Task NothingRuns()
    {
        const int patience = 40;
        for (var seconds = 0; Processes.Tagged(Tag) is { Count: > 0 } left; seconds++)
        {
            Assert.True(seconds < patience, $"still there after {patience} s: {string.Join("; ", left)}");
            await Task.Delay(1000);
        }
    }
}
