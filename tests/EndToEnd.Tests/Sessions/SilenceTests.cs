using System.Diagnostics;

namespace EndToEnd.Tests.Sessions;

/// <summary>A silent far end is detected, and is not confused with an idle one.</summary>
public sealed class SilenceTests : CopyTest
{
    /// <summary>Seconds: looks at the silence come at intervals, and the machine may be busy.</summary>
    private const double Slack = 2.5;

    [Cases]
    [BothWays]
    public async Task A_server_that_is_stopped_is_noticed(Far far)
    {
        var copying = Start("exec dmscp -w $FAR -timeout 3 -rate 2m -l pattern:40m -d \"$PWD\" -f there -events events", far);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        var server = await Find(IsServer, "the server");
        Processes.Signal(server.Id, "STOP");
        var watch = Stopwatch.StartNew();
        await copying.Until(() => copying.HasEnded, "the local end has ended", 60);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 3 + Slack);
        if (far == Far.Ssh)
        {
            // A child of this host is ended by its parent, stopped as it is.
            Processes.Signal(server.Id, "CONT");
        }

        (await copying.End()).Is(3).Says("silent");
    }

    [Case(Needs.Sshd)]
    public async Task A_new_login_that_hangs_is_not_waited_for_beyond_the_timeout()
    {
        (await Run("""
            ssh=$(command -v ssh)
            printf '%s\n' '#!/bin/sh' "for word; do [ \"\$word\" != -G ] || exec $ssh \"\$@\"; done" "mkdir used 2> /dev/null && exec $ssh \"\$@\"" 'exec sleep 60' > ssh
            chmod +x ssh
            """)).Is(0);
        var copying = Start("PATH=$PWD:$PATH exec dmscp -w $FAR -timeout 4 -rate 2m -l pattern:40m -f null: -events events", Far.Ssh);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal), "the data travel");
        Processes.Signal((await Find(one => one.Name == "ssh", "ssh")).Id, "KILL");
        var watch = Stopwatch.StartNew();
        (await copying.End()).Is(3).Says("error: HOST: ", "no new login");
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 4 + Slack);
    }

    [Case]
    public async Task A_server_that_is_stopped_for_a_moment_goes_on()
    {
        var copying = Start("exec dmscp -w $FAR -timeout 20 -rate 4m -l pattern:12m -f pattern: -events events");
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        var server = await Find(IsServer, "the server");
        Processes.Signal(server.Id, "STOP");
        await Task.Delay(2000);
        Processes.Signal(server.Id, "CONT");
        (await copying.End()).Is(0);
    }

    [Cases]
    [BothWays]
    public async Task A_pipe_may_be_silent_for_longer_than_the_timeout(Far far) =>
        (await Run("(echo a; sleep 6; echo b) | dmscp -w $FAR -timeout 2 -d \"$PWD\" -R 'cat > there' && cat there", far)).Is(0).Prints("a\nb\n");

    [Cases]
    [BothWays]
    public async Task A_command_may_take_longer_than_the_timeout(Far far) =>
        (await Run("""
            set -e
            echo a | dmscp -w $FAR -timeout 2 -R 'cat > /dev/null; sleep 6'
            dmscp -r $FAR -timeout 2 -R 'echo b; sleep 6'
            """, far)).Is(0).Prints("b\n");

    [Case]
    public async Task A_reader_may_pause_for_longer_than_the_timeout() =>
        (await Run("dmscp -r $FAR -timeout 2 -f pattern:60m | (sleep 6; wc -c)")).Is(0).Prints("62914560\n");

    [Case(Needs.Sshd)]
    public async Task When_ssh_is_killed_the_copy_goes_on_through_a_new_login()
    {
        (await Run("head -c 12000000 /dev/urandom > source")).Is(0);
        var copying = Start("exec dmscp -w $FAR -rate 4m -l source -d \"$PWD\" -f there -events events", Far.Ssh);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal), "the data travel");
        Processes.Signal((await Find(one => one.Name == "ssh", "ssh")).Id, "KILL");
        (await copying.End()).Is(0);
        (await Run("cmp source there")).Is(0);
    }
}
