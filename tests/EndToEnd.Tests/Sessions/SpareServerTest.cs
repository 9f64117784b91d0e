namespace EndToEnd.Tests.Sessions;

/// <summary>Calls that find a server at the far end, which waits there with a kept login.</summary>
public abstract class SpareServerTest : CopyTest
{
    // A login shell notes each start of a server there; "await" waits for what must come to pass.
    private protected const string Setup = """
        set -e
        export XDG_RUNTIME_DIR=$PWD/run
        mkdir -p -m 700 run
        echo data > source
        : > starts; chmod 666 starts
        note="echo x >> '$PWD/starts'"
        await() { for try in $(seq 600); do ! "$@" || return 0; sleep 0.05; done; echo "not so: $*" >&2; return 1; }
        starts() { test "$(wc -l < starts)" -ge "$1"; }
        sockets() { ls -A run/pipe | grep '^\.[0-9a-f]*$' || true; }
        has_keeper() { test -n "$(sockets)"; }
        is_clean() { test -z "$(ls -A run/pipe)"; }
        ready() { has_keeper && starts "$1"; }
        copy() { rm -f there; dmscp -w -s HOST -ssh-config "$SSH_CONFIG" -l source -d "$PWD" -f there -prefix "$note" -vv "$@" 2> said || { cat said >&2; return 1; }; cmp source there; }
        took() { grep -q 'a server waited there' said; }
        took_none() { ! took || { cat said >&2; return 1; }; }
        end() { dmscp -s HOST -ssh-config "$SSH_CONFIG" -keep-login end; }
        pid_of() { for one in $(pgrep -f -- "$1"); do ! grep -qz "PIPE_TEST=$PIPE_TEST" /proc/$one/environ 2> /dev/null || echo $one; done; }
        keeper() { pid_of 'dmscp [-]keeper .*run/pipe'; }
        spare() { pid_of 'dmscp [-]spare *$'; }
        has_spare() { test -n "$(spare)"; }
        gone() { test -z "$(keeper)$(spare)$(sockets)"; }
        trap 'end > /dev/null 2>&1' EXIT

        """;
}
