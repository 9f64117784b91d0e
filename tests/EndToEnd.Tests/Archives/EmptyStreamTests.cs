using EndToEnd.Tests.Ytar;

namespace EndToEnd.Tests.Archives;

/// <summary>An empty stream usually means that the command before the pipe failed: it becomes an archive only on request.</summary>
public sealed class EmptyStreamTests : TreeTest
{
    private const string Words = """
        if [ -n "$REMOTE_SHELL" ]; then y() { local verb=$1; shift; yarchive "$verb" -e local "$@"; }; else y() { local verb=$1; shift; yarchive "$verb" -F "$SSH_CONFIG" "$@"; }; fi
        fails() { local want=$1; shift; local status=0; "$@" 2> words || status=$?; test "$status" = "$want" || { echo "status $status"; cat words; return 1; }; }
        mkdir a

        """;

    [Cases]
    [BothWays]
    public async Task It_is_refused_and_nothing_is_left(Far far) => (await RunHere($$"""
        {{Words}}
        fails 2 y put "$(there a/x)" < /dev/null
        grep -q 'error: .*nothing to archive' words
        grep -q 'hint: --allow-empty ' words
        fails 2 y put "$(there a/x)" -- true
        fails 2 y put --index "$(there a/x)" -- true
        fails 2 y put --filter gzip "$(there a/x)" < /dev/null
        fails 2 y put --filter cat --encrypt-with cat "$(there a/x)" -- true
        test -z "$(ls -A a)"
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_command_that_fails_is_the_cause_that_is_told(Far far) => (await RunHere($$"""
        {{Words}}
        fails 8 y put "$(there a/x)" -- false
        fails 8 y put --filter gzip "$(there a/x)" -- false
        fails 8 y put --allow-empty "$(there a/x)" -- false
        test -z "$(ls -A a)"
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task It_is_stored_when_that_is_asked_for(Far far) => (await RunHere($$"""
        {{Words}}
        y put --allow-empty "$(there a/x)" < /dev/null
        y verify "$(there a/x)"
        test "$(y get "$(there a/x)" | wc -c)" = 0
        y put --allow-empty --filter gzip "$(there a/z)" < /dev/null
        test "$(y get "$(there a/z)" | wc -c)" = 0
        plan=$(yarchive put --allow-empty -print-plan a/p)
        sh -c "$plan" < /dev/null
        test -s a/p.manifest
        """, far)).Is(0);
}
