namespace EndToEnd.Tests.Lazyclone;

/// <summary>
/// A test that serves clones. In a script, <c>serve WORDS</c> starts lazyclone and waits until it answers, <c>uri NAME</c> prints the
/// export of a clone, <c>not COMMAND</c> fails if the command succeeds, <c>figure NAME FIELD</c> prints a number of its JSON status, <c>stop</c> ends the last one by a signal.
/// </summary>
public abstract class CloneTest : CopyTest
{
    private protected const string Uri = "nbd+unix:///?socket=";

    private const string Words = """
        set -e
        at=$PWD
        uri() { printf 'nbd+unix:///?socket=%s/%s.socket' "$at" "$1"; }
        soon() { for _ in $(seq 600); do ! "$@" > /dev/null 2>&1 || return 0; sleep 0.05; done; "$@"; }
        serve() {
          local word name=
          for word in "$@"; do case $word in *.clone) name=$word ;; esac; done
          lazyclone -q "$@" 2> errors & server=$!
          for _ in $(seq 600); do
            ! lazyclone status "$name.socket" > /dev/null 2>&1 || return 0
            kill -0 "$server" 2> /dev/null || { cat errors >&2; return 1; }
            sleep 0.05
          done
          return 1
        }
        stop() { kill "$server"; wait "$server"; }
        crash() { kill -9 "$server"; wait "$server" 2> /dev/null || true; }
        figure() { lazyclone status --json "$1.socket" | python3 -c "import json, sys; print(json.load(sys.stdin)['$2'])"; }
        # The shell does not end at the failure of a command with a ! before it.
        not() { if "$@"; then echo "not to be expected: $*" >&2; return 1; fi; }
        finish() { lazyclone finish "$1.socket"; wait "$server"; }
        delayed() {
          nbdkit -f -U "$at/source.sock" -P source.pid --filter=stats --filter=delay file src statsfile=stats rdelay="$1" & kit=$!
          soon test -e source.pid
        }
        from="nbd+unix:///?socket=$at/source.sock"

        """;

    private protected Task<Result> RunClone(string script, int seconds = CaseAttribute.LimitSeconds) => Run(Words + script + "\n", Far.Ssh, seconds);

    private protected Task<Result> RunCloneWithMounts(string script) => RunWithMounts(Words + script + "\n", Far.Ssh);
}
