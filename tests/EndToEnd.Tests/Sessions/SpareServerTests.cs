using System.Diagnostics;

namespace EndToEnd.Tests.Sessions;

/// <summary>With a kept login a server waits at the far end. The next call takes it; whatever is wrong with it, that costs a login and no more.</summary>
public sealed class SpareServerTests : SpareServerTest
{
    [Case(Needs.Sshd)]
    public async Task The_next_call_takes_the_server_that_waits_and_another_one_takes_its_place() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            took_none
            await ready 2
            for i in 3 4 5; do
              copy -keep-login 60
              took
              await ready $i
            done
            test "$(stat -c %a run/pipe run/pipe/$(sockets) | tr '\n' ' ')" = '700 600 '
            status=0
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -prefix "$note" -R 'echo out; echo words >&2; exit 3' > out 2> words || status=$?
            test $status = 8
            grep -x out out
            grep -x words words
            await ready 6
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -prefix "$note" -f pattern:50m -l pattern:
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task It_ends_with_the_login_and_leaves_nothing() =>
        (await Run($"""
            {Setup}
            copy -keep-login 2
            await ready 2
            copy -keep-login 2
            took
            await is_clean
            await gone
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("end")]
    [InlineData("dmscp -q -s HOST -ssh-config $SSH_CONFIG -keep end")]
    [InlineData("yscp -F $SSH_CONFIG --keep-login end HOST:")]
    [InlineData("copy -keep-login end; took")]
    [InlineData("mkdir tree; ytar -F $SSH_CONFIG --keep-login end tree HOST:$PWD/another")]
    public async Task It_can_be_ended_at_once(string how) =>
        (await Run($"""
            {Setup}
            copy -keep-login 600
            await ready 2
            {how}
            await is_clean
            await gone
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task The_end_of_a_login_does_not_end_a_copy_that_runs() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 600
            await ready 2
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 600 -prefix "$note" -events events -rate 3m -f pattern:9m -l pattern: &
            running=$!
            await grep -q '"way":"direct"' events
            end
            await is_clean
            wait $running
            """)).Is(0);

    /// <summary>The next one is started at the handover, not when the call that took the last one has ended.</summary>
    [Case(Needs.Sshd)]
    public async Task Beside_a_call_that_took_it_another_one_waits_for_the_next_call() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -prefix "$note" -vv -events events -rate 3m -f pattern:90m -l pattern: 2> first &
            running=$!
            await grep -q '"way":"direct"' events
            grep 'a server waited there' first
            for i in 3 4 5; do
              await ready $i
              copy -keep-login 60
              took
            done
            kill -TERM $running
            wait $running || true
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Calls_in_a_loop_each_find_one() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            for i in $(seq 10); do copy -keep-login 60; took; done
            """)).Is(0);

    /// <summary>A login that does not answer is given up. What was started over it is not for the calls over its successor.</summary>
    [Case(Needs.Sshd)]
    public async Task A_server_of_a_login_that_has_a_successor_is_not_handed_out() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            master=$PWD/run/pipe/$(ls run/pipe)
            ssh -S $master -O stop HOST
            ssh -F $SSH_CONFIG -M -S $master -o ControlPersist=60 -f -N HOST
            copy -keep-login 60
            took_none
            await ready 4
            copy -keep-login 60
            took
            """)).Is(0);

    /// <summary>A socket that leads to a keeper is of no use to another user, should it be within reach.</summary>
    [Case(Needs.Root, Needs.Sshd, "python3")]
    public async Task Another_user_is_refused() =>
        (await Run($$"""
            {{Setup}}
            copy -keep-login 60
            await ready 2
            place=$PWD/run/pipe/$(sockets)
            key=$(tr '\0' '\n' < /proc/$(keeper)/cmdline | grep -x '[0-9a-f]\{16\}')
            trap 'chmod 700 run run/pipe; end > /dev/null 2>&1' EXIT
            chmod 711 run run/pipe
            chmod 666 $place
            cat > ask.py << 'END'
            import os, socket, struct, sys
            user = int(sys.argv[1])
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect(sys.argv[2])
            s.settimeout(60)
            kind, words = int(sys.argv[3]), [int(word, 16) for word in sys.argv[4:]]
            try:
                s.send(b'PIPEKEEP' + struct.pack('<HBBIQQ', 1, kind, 0, 60 if kind == 1 else 0, *words))
                answer = s.recv(100)
            except (ConnectionResetError, BrokenPipeError):
                answer = b''
            print(answer[10] if answer else 'refused')
            END
            test "$(python3 ask.py 65534 $place 1 $key)" = refused
            test "$(python3 ask.py 65534 $place 2 $key)" = refused
            has_spare
            has_keeper
            test "$(python3 ask.py 0 $place 1 $key)" = 1
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("copy -keep-login 60 -prefix \"$note \"")]
    [InlineData("LANG=xx copy -keep-login 60")]
    [InlineData("touch -d 2001-01-01 $SSH_CONFIG; copy -keep-login 60")]
    public async Task A_call_that_differs_does_not_get_it(string call) =>
        (await Run($"""
            {Setup}
            copy -keep-login 60
            await ready 2
            {call}
            took_none
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Where_ssh_sends_variables_that_it_is_not_made_for_there_is_none() =>
        (await Run($"""
            {Setup}
            sed 's/SetEnv/SendEnv MINE\n  SetEnv/' $SSH_CONFIG > config
            SSH_CONFIG=$PWD/config
            copy -keep-login 60
            await has_keeper
            copy -keep-login 60
            copy -keep-login 60
            took_none
            test "$(wc -l < starts)" = 3
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_login_of_the_users_own_gets_none() =>
        (await Run($"""
            {Setup}
            for i in 1 2; do copy -keep-login 60 -o ControlMaster=auto -o ControlPersist=60 -o ControlPath=$PWD/mine; took_none; done
            test -z "$(ls -A run/pipe)$(keeper)"
            test "$(wc -l < starts)" = 2
            ssh -S mine -O exit HOST
            """)).Is(0);

    [Cases(Needs.Sshd)]
    [InlineData("mine")]
    [InlineData("mine-%p")]
    public async Task A_login_of_the_users_own_gets_one_if_that_is_asked_and_is_left_alone(string name) =>
        (await Run($$"""
            {{Setup}}
            own="-o ControlMaster=auto -o ControlPersist=60 -o ControlPath=$PWD/{{name}}"
            copy -keep-login 60,own $own
            took_none
            grep 'a server waits there for 60 s' said
            await ready 2
            copy -keep-login 60,own $own
            took
            await ready 3
            copy -keep-login 60 $own
            took_none
            dmscp -s HOST -ssh-config $SSH_CONFIG $own -keep-login end
            await gone
            is_clean
            ssh -S mine* -O check HOST
            copy -keep-login 1,own $own
            took_none
            await has_keeper
            await gone
            is_clean
            ssh -S mine* -O check HOST
            copy -keep-login 60,own $own
            await has_keeper
            ssh -S mine* -O exit HOST
            await gone
            is_clean
            """)).Is(0);

    /// <summary>The program at the far end is older than this.</summary>
    [Case(Needs.Sshd)]
    public async Task A_far_end_that_knows_no_spare_servers_is_asked_once() =>
        (await Run($$"""
            {{Setup}}
            mkdir old
            printf '#!/bin/sh\n[ "$1" != -spare ] || { echo x >> %s; exit 2; }\nexec %s "$@"\n' "$PWD/asked" "$(command -v dmscp)" > old/dmscp
            chmod +x old/dmscp
            note="PATH='$PWD/old':\$PATH; export PATH"
            for i in 1 2 3; do copy -keep-login 60; took_none; await has_keeper; await test -s asked; done
            test "$(wc -l < asked)" = 1
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task What_its_starter_was_handed_by_others_is_not_held_by_a_keeper() =>
        (await Run($"""
            {Setup}
            exec 9> lock
            flock 9
            copy -keep-login 60
            await ready 2
            exec 9>&-
            flock -n lock true
            test "$(readlink /proc/$(keeper)/cwd)" = /
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Whoever_reads_the_output_is_not_held_by_a_keeper()
    {
        var watch = Stopwatch.StartNew();
        (await Run($"""
            {Setup}
            (dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -R 'echo out' 2>&1 | cat) > all
            grep -x out all
            """)).Is(0);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 40);
    }

    [Case(Needs.Sshd)]
    public async Task With_bootstrap_there_is_one_too() =>
        (await Run($$"""
            {{Setup}}
            copy() { dmscp -r -s bare -ssh-config $SSH_CONFIG -prefix "$note; HOME='$PWD'" -bootstrap -keep-login 60 -vv -R 'echo out' > out 2> said || { cat said >&2; return 1; }; grep -x out out; }
            end() { dmscp -s bare -ssh-config $SSH_CONFIG -keep-login end; }
            copy
            grep 'was put into' said
            await ready 2
            copy
            took
            """)).Is(0);

    [Case(Needs.Root, Needs.Sshd)]
    public async Task Where_a_login_may_have_one_session_calls_go_on_as_before() =>
        (await Run($$"""
            {{Setup}}
            lab=$(dirname $(sed -n 's/ *IdentityFile \(.*\)\/id$/\1\/id/p' $SSH_CONFIG | head -n 1))
            port=$((RANDOM % 1700 + 31000)) # below those that the system gives out
            sed "/^ListenAddress/d; s/^MaxSessions .*/MaxSessions 1/; s/Match LocalPort [0-9]*$/Match all/" $lab/sshd_config | awk '/^Match/ { if (n++) exit } { print }' > sshd_config
            echo "ListenAddress 127.0.0.1:$port" | cat - sshd_config > sshd_config.new
            PATH=$PATH:/usr/sbin $(PATH=$PATH:/usr/sbin command -v sshd) -D -f $PWD/sshd_config.new -E sshd.log & server=$!
            trap 'end > /dev/null 2>&1; kill $server' EXIT
            sed "s/^  Port .*/  Port $port/; s/StrictHostKeyChecking yes/StrictHostKeyChecking no/; s/UserKnownHostsFile .*/UserKnownHostsFile \/dev\/null/" $SSH_CONFIG > config
            SSH_CONFIG=$PWD/config
            await ssh -F config HOST true
            copy -keep-login 60
            await ready 2
            copy -keep-login 60
            took
            dmscp -r -s HOST -ssh-config $SSH_CONFIG -keep-login 60 -prefix "$note" -events events -rate 3m -f pattern:9m -l pattern: & running=$!
            await grep -q '"way":"direct"' events
            copy -keep-login 60
            took_none
            wait $running
            await has_spare
            copy -keep-login 60
            took
            """)).Is(0);
}
