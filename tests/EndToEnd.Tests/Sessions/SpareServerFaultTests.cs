using System.Diagnostics;

namespace EndToEnd.Tests.Sessions;

/// <summary>Any fault of the waiting server or its keeper costs only a login.</summary>
public sealed class SpareServerFaultTests : SpareServerTest
{
    [Cases(Needs.Sshd)]
    [InlineData("keeper", "KILL")]
    [InlineData("keeper", "TERM")]
    [InlineData("spare", "KILL")]
    [InlineData("pid_of '^ssh .*ProxyCommand=false'", "KILL")]
    [InlineData("ssh -S run/pipe/* -O check HOST 2>&1 | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'", "KILL")]
    public async Task What_is_killed_leaves_nothing_and_is_no_obstacle(string which, string signal) =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            old=$(sockets)
            victim=$({{which}})
            test -n "$victim"
            kill -{{signal}} $victim
            await gone
            copy -keep-login 60
            took_none
            await has_keeper
            """)).Is(0);

    /// <summary>The host breaks every connection, or its server dies.</summary>
    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task When_the_server_of_the_login_is_killed_nothing_is_left()
    {
        var user = Lab.Shared.Account("dash", "spare");
        (await Run($$"""
            {{Setup}}
            mine() { dmscp -w -s HOST -ssh-config $SSH_CONFIG -l source -f there -vv -u {{user.Name}} -keep-login 60 2> said || { cat said >&2; return 1; }; }
            mine
            await has_keeper
            await has_spare
            pkill -KILL -u {{user.Name}} sshd
            await gone
            mine
            took_none
            dmscp -s HOST -ssh-config $SSH_CONFIG -u {{user.Name}} -keep-login end
            await is_clean
            """)).Is(0);
    }

    [Case(Needs.Sshd)]
    public async Task A_copy_outlives_its_keeper() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -prefix "$note" -vv -events events -rate 3m -f pattern:9m -l pattern: 2> said &
            running=$!
            await grep -q '"way":"direct"' events
            took
            kill -KILL $(keeper)
            wait $running
            """)).Is(0);

    /// <summary>A client that ends leaves no server, and the next call is as fast.</summary>
    [Case(Needs.Sshd)]
    public async Task A_client_that_is_killed_takes_its_server_along() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -timeout 1 -prefix "$note" -events events -rate 1m -f pattern:90m -l pattern: &
            running=$!
            await grep -q '"way":"direct"' events
            kill -KILL $running
            await ready 3
            copy -keep-login 60
            took
            """)).Is(0);

    /// <summary>A keeper that hangs, or something else in its place, as long as it is a process of the same user.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("silent", "time.sleep(99)")]
    [InlineData("closing", "pass")]
    [InlineData("garbage", "c.send(os.urandom(16)); time.sleep(99)")]
    [InlineData("too long", "c.send(b'PIPEKEEP\\1\\0\\1\\0' + bytes(400)); time.sleep(99)")]
    [InlineData("given nothing", "c.send(given); time.sleep(99)")]
    [InlineData("given files", "f = os.open('/dev/zero', os.O_RDWR); give([f, f, f]); time.sleep(99)")]
    [InlineData("given too many", "give(list(os.pipe()) * 3); time.sleep(99)")]
    [InlineData("given the end", "give(ends()); [os.close(f) for f in far]; time.sleep(99)")]
    [InlineData("given noise", "give(ends()); os.write(far[1], b'noise' * 10000); time.sleep(99)")]
    [InlineData("given much noise", "give(ends())\nwhile True: os.write(far[1], b'noise' * 1000)")]
    [InlineData("given silence", "give(ends()); time.sleep(99)")]
    public async Task What_is_no_keeper_costs_a_login_and_no_more(string what, string does)
    {
        File.WriteAllText(PathOf("hostile.py"), $"""
            import os, socket, sys, time, array
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.bind(sys.argv[1])
            s.listen()
            given = b'PIPEKEEP\1\0\1\0\0\0\0\0'
            far = []
            def ends():
                i, o, e = os.pipe(), os.pipe(), os.pipe()
                far.extend([i[0], o[1], e[1]])
                return [i[1], o[0], e[0]]
            def give(fds):
                c.sendmsg([given], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))])
                if fds[0] not in far: [os.close(f) for f in set(fds)]
            c, _ = s.accept()
            open('met', 'w').close()
            {does}
            """);
        var watch = Stopwatch.StartNew();
        (await Run($"""
            {Setup}
            copy -keep-login 60
            await ready 2
            place=$PWD/run/pipe/$(sockets)
            kill -KILL $(keeper)
            await test ! -e $place
            python3 hostile.py $place & hostile=$!
            await test -S $place
            copy -keep-login 60
            took_none
            test -e met
            kill $hostile 2> /dev/null || true
            """)).Is(0);
        Assert.True(watch.Elapsed.TotalSeconds < 60, $"{what}: {watch.Elapsed}");
    }

    [Case(Needs.Sshd)]
    public async Task A_keeper_that_is_stopped_costs_one_call_a_moment_and_the_next_nothing() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            old=$(keeper)
            kill -STOP $old
            copy -keep-login 60
            took_none
            await ready 4
            copy -keep-login 60
            took
            kill -CONT $old
            await test ! -e /proc/$old
            has_keeper
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("mkdir $place")]
    [InlineData("echo > $place")]
    [InlineData("ln -s /nonexistent $place")]
    public async Task What_stands_in_its_place_is_no_obstacle(string what) =>
        (await Run($"""
            {Setup}
            copy -keep-login 60
            await ready 2
            place=$PWD/run/pipe/$(sockets)
            kill -KILL $(keeper)
            await test ! -e $place
            {what}
            copy -keep-login 60
            took_none
            rm -rf $place
            """)).Is(0);

    /// <summary>The connection hangs: nothing comes through, and nothing says so.</summary>
    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task A_server_that_has_not_answered_for_long_is_not_used()
    {
        var user = Lab.Shared.Account("dash", "hangs");
        (await Run($$"""
            {{Setup}}
            mine() { dmscp -w -s HOST -ssh-config $SSH_CONFIG -l source -f there -vv -u {{user.Name}} -keep-login 60 2> said || { cat said >&2; return 1; }; }
            mine
            await has_keeper
            await has_spare
            pkill -STOP -u {{user.Name}} sshd
            has_none() { ! has_keeper; }
            await has_none
            test -z "$(keeper)"
            mine
            took_none
            pkill -CONT -u {{user.Name}} sshd
            dmscp -s HOST -ssh-config $SSH_CONFIG -u {{user.Name}} -keep-login end
            """)).Is(0);
    }
}
