using System.Diagnostics;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>With -keep-login the login stays for the next call, and never longer or for more than was asked.</summary>
public sealed class KeptLoginTests : CopyTest
{
    private const string Setup = """
        set -e
        export XDG_RUNTIME_DIR=$PWD/run
        mkdir -p -m 700 run
        echo data > source
        copy() { dmscp -w -s HOST -ssh-config "$SSH_CONFIG" -l source -f there -u "$@"; }
        finish() { for socket in run/pipe/*; do [ ! -S "$socket" ] || ssh -S "$socket" -O exit HOST || true; done 2> /dev/null; }
        trap finish EXIT

        """;

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task The_next_calls_need_no_login()
    {
        var user = Lab.Shared.Account("dash", "keep");
        var before = Logins(user);
        (await Run($"""
            {Setup}
            for i in 1 2 3; do copy {user.Name} -keep-login 60; done
            copy {user.Name} -keep-login 60 -o BatchMode=yes
            cmp source {user.Home}/there
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -u {user.Name} -keep-login 60 -f pattern:5m -l pattern:
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -u {user.Name} -keep-login 60 -R 'echo out; echo words >&2' > out
            grep -x out out
            test "$(stat -c %a run/pipe)" = 700
            """)).Is(0).Says("words");
        Assert.Equal(before + 1, Logins(user));
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task Without_it_a_call_logs_in_by_itself_and_leaves_nothing()
    {
        var user = Lab.Shared.Account("dash", "alone");
        (await Run($"""
            {Setup}
            copy {user.Name} -keep-login 60
            copy {user.Name}
            copy {user.Name} -keep-login 60 -keep 0
            finish
            copy {user.Name}
            test -z "$(ls run/pipe)"
            """)).Is(0);
        Assert.Equal(4, Logins(user));
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task It_ends_by_itself()
    {
        var user = Lab.Shared.Account("dash", "expiry");
        (await Run($"""
            {Setup}
            copy {user.Name} -keep-login 1
            for i in $(seq 100); do test -n "$(ls run/pipe)" || break; sleep 0.1; done
            test -z "$(ls run/pipe)"
            copy {user.Name} -keep-login 1
            """)).Is(0);
        Assert.Equal(2, Logins(user));
    }

    /// <summary>A call may copy from one host several times.</summary>
    [Cases(Needs.Root, Needs.Sshd, "dash")]
    [InlineData("asks", "yscp -F $SSH_CONFIG --keep-login end $user@HOST:there source $user@HOST:there target")]
    [InlineData("fails", "! yscp -F $SSH_CONFIG --keep-login end $user@HOST:there closed:there $user@HOST:there target")]
    [InlineData("stores", "yarchive put -F $SSH_CONFIG --keep 3 --keep-login end $user@HOST:home-2026-11-21 < source")]
    public async Task The_end_is_that_of_the_call_and_not_of_its_first_copy(string purpose, string call)
    {
        var user = Lab.Shared.Account("dash", purpose);
        (await Run($"""
            {Setup}
            user={user.Name}
            mkdir target
            copy $user -keep-login 60
            {call}
            ls -A run/pipe >&2
            test -z "$(ls -A run/pipe)"
            """)).Is(0);
        Assert.Equal(1, Logins(user));
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task It_ends_as_v_says()
    {
        var user = Lab.Shared.Account("dash", "ending");
        (await Run($"""
            {Setup}
            copy {user.Name} -v -keep-login 60 2> words
            ending=$(sed -n 's/.*last copy; \(ssh .*\) ends it/\1/p' words)
            test -n "$ending"
            eval "$ending"
            sleep 0.5
            test -z "$(ls run/pipe)"
            """)).Is(0);
    }

    /// <summary>Old versions of ssh hold the standard error that they were started with, new ones at times.</summary>
    [Case(Needs.Sshd)]
    public async Task Whoever_reads_the_output_is_not_held()
    {
        var watch = Stopwatch.StartNew();
        (await Run($$"""
            {{Setup}}
            mkdir fake
            printf '#!/bin/sh\nsleep 25 < /dev/null > /dev/null &\nexec %s "$@"\n' "$(command -v ssh)" > fake/ssh
            chmod +x fake/ssh
            (PATH=$PWD/fake:$PATH; dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -R 'echo out; echo words >&2' 2>&1 | cat) > all
            grep -x out all
            grep -x words all
            """)).Is(0);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Cases(Needs.Sshd)]
    [InlineData("printf 'Host HOST\\n  ControlMaster auto\\n  ControlPersist 60\\n  ControlPath %s/mine\\n' \"$PWD\" > config; cat \"$SSH_CONFIG\" >> config", "-ssh-config config")]
    [InlineData("true", "-ssh-config $SSH_CONFIG -o ControlMaster=auto -o ControlPersist=60 -o ControlPath=$PWD/mine")]
    public async Task A_socket_of_the_users_own_is_used_and_left_alone(string prepare, string words) =>
        (await Run($"""
            {Setup}
            {prepare}
            dmscp -v -w -s HOST {words} -keep-login 60 -l source -d "$PWD" -f there 2> said
            test -S mine
            test -z "$(ls run/pipe 2> /dev/null)"
            ssh -S mine -O check HOST
            dmscp -w -s HOST {words} -keep-login 60 -l source -d "$PWD" -f there
            ssh -S mine -O exit HOST
            grep 'configuration' said
            """)).Is(0);

    [Cases(Needs.Root, Needs.Sshd, "dash", "ss")]
    [InlineData("killed", "kill -KILL $(master)")]
    [InlineData("cut", "ss -Kt \"sport = :$(local_port)\"")]
    [InlineData("stopped", "pkill -STOP -f \"^sshd(-session)?: $user\"")]
    [InlineData("late", "pkill -STOP -f \"^sshd(-session)?: $user\"", "for word; do [ \"$word\" != -G ] || sleep 1; done")]
    public async Task A_dead_one_is_no_obstacle(string how, string death, string delay = "")
    {
        var user = Lab.Shared.Account("dash", how);
        var watch = Stopwatch.StartNew();
        (await Run($$"""
            {{Setup}}
            # With a delay the keeper of the first call comes when its login is dead.
            mkdir fake
            printf '#!/bin/sh\n%s\nexec %s "$@"\n' '{{delay}}' "$(command -v ssh)" > fake/ssh
            chmod +x fake/ssh
            PATH=$PWD/fake:$PATH
            user={{user.Name}}
            master() { ssh -S run/pipe/* -O check HOST 2>&1 | sed -n 's/.*pid=\([0-9]*\).*/\1/p'; }
            local_port() { ss -Htnp | sed -n "s/.*127.0.0.1:\([0-9]*\) .*127.0.0.1:{{Lab.Shared.Port}}.*pid=$(master),.*/\1/p"; }
            copy $user -keep-login 60
            old=$(master)
            test -n "$old"
            {{death}} > /dev/null
            status=0
            copy $user -v -keep-login 60 || status=$?
            pkill -KILL -f "^sshd(-session)?: $user.*" -P 1 || true
            copy $user -keep-login 60 || status=$?
            test "$(master)" != "$old"
            pkill -CONT -f "^sshd(-session)?: $user" || true
            exit $status
            """)).Is(0);
        Assert.Equal(2, Logins(user));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 25);
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task A_copy_goes_on_over_a_new_login_when_the_kept_one_is_cut()
    {
        var user = Lab.Shared.Account("dash", "goeson");
        var copying = Start($$"""
            {{Setup}}
            copy {{user.Name}} -keep-login 60
            dmscp -v -r -s HOST -ssh-config $SSH_CONFIG -u {{user.Name}} -keep-login 60 -rate 3m -events events -f pattern:20m -l pattern:
            copy {{user.Name}} -keep-login 60
            """);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal), "the data travel");
        await Task.Delay(500);
        Processes.Signal(Processes.All().Single(process => process.Arguments.StartsWith($"ssh: {Directory}/run/pipe/", StringComparison.Ordinal)).Id, "KILL");
        (await copying.End()).Is(0).Says("the session continues over a new login");
        Assert.Equal(2, Logins(user));
    }

    [Case(Needs.Root, Needs.Sshd, "dash")]
    public async Task Calls_at_the_same_time_do_not_disturb_each_other()
    {
        var user = Lab.Shared.Account("dash", "crowd");
        (await Run($"""
            {Setup}
            pids=
            for i in 1 2 3 4; do
              dmscp -r -s HOST -ssh-config $SSH_CONFIG -u {user.Name} -keep-login 5 -f pattern:3m -l pattern: &
              pids="$pids $!"
            done
            for pid in $pids; do wait $pid; done
            """)).Is(0);
        await Task.Delay(5000);
    }

    [Case(Needs.Sshd)]
    public async Task Where_there_is_no_place_for_the_socket_another_is_found() =>
        (await Run($"""
            {Setup}
            chmod 755 run
            mkdir -m 755 run/pipe
            export HOME=$PWD/home
            copy {Environment.UserName} -keep-login 3
            test -n "$(ls home/.cache/pipe/ssh)"
            sleep 4
            """)).Is(0);

    /// <summary>Every program copies over a plain login, and warns once for all its hosts.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 3 -f $PWD/source -l there")]
    [InlineData("yscp -F $SSH_CONFIG --keep-login 3 source HOST:$PWD/there")]
    [InlineData("ytar -ssh-config $SSH_CONFIG -keep-login 3 tree HOST:$PWD/there")]
    [InlineData("yarchive put -ssh-config $SSH_CONFIG -keep-login 3 HOST:$PWD/there < source")]
    [InlineData("dccli -F $SSH_CONFIG --keep-login 3 source HOST:$PWD/there HOST:$PWD/there2")]
    [InlineData("dolly -I source -O $PWD/there -H HOST --ssh-config $SSH_CONFIG --keep-login 3")]
    public async Task Without_a_place_for_the_socket_a_warning_reports_that_no_login_is_kept(string words) =>
        (await Run($"""
            {Setup}
            mkdir -p tree long/$(printf %0200d 0); echo data > tree/file
            chmod 755 run
            mkdir -m 755 run/pipe
            export HOME=$PWD/long/$(printf %0200d 0)
            status=0
            {words} 2> words || status=$?
            cat words >&2
            test $status = 0
            test "$(grep -c 'no login can be kept' words)" = 1
            grep -q 'run/pipe: belongs to another user, or is accessible to others; .*: too long for a socket' words
            ls -d there*
            """)).Is(0).Says("warning: ");

    /// <summary>No copy, only the end of the login: in every program.</summary>
    [Cases(Needs.Sshd)]
    [InlineData("dmscp -s HOST -ssh-config $SSH_CONFIG -keep-login end")]
    [InlineData("yscp -F $SSH_CONFIG --keep-login end HOST:")]
    [InlineData("ytar -ssh-config $SSH_CONFIG -keep-login end HOST:")]
    [InlineData("yarchive -ssh-config $SSH_CONFIG -keep-login end HOST:")]
    [InlineData("yarchive HOST: -ssh-config $SSH_CONFIG -keep-login end")]
    [InlineData("dccli -F $SSH_CONFIG --keep-login end HOST:")]
    [InlineData("echo HOST: | dccli -F $SSH_CONFIG --keep-login end --to -")]
    [InlineData("dolly --ssh-config $SSH_CONFIG --keep-login end -H HOST")]
    [InlineData("lazyclone -ssh-config $SSH_CONFIG -keep-login end HOST:")]
    public async Task Any_program_ends_a_login_without_a_copy(string words) =>
        (await Run($"""
            {Setup}
            dmscp -w -s HOST -ssh-config $SSH_CONFIG -l source -d $PWD -f there -keep-login 60
            test -S "$(ls run/pipe/*)"
            {words}
            test -z "$(ls run/pipe)"
            """)).Is(0);

    private static int Logins(Account user) =>
        File.ReadLines(Path.Combine(Lab.Shared.Directory, "sshd.log")).Count(line => line.Contains($"Accepted publickey for {user.Name} ", StringComparison.Ordinal));
}
