namespace EndToEnd.Tests.Ytar;

/// <summary>A disk that could not take a tree says so when it is synced: the tree is then not in place, and the old one is untouched.</summary>
public sealed class SyncTests : TreeTest
{
    private const string Old = """
        make src new
        make dst old
        look dst > ../before
        tar -cf - -C src . | yarchive put ../archive

        """;

    private const string Untouched = """

        test "$status" = 8
        look dst | diff ../before -
        soon kept dst src
        """;

    [Cases("strace")]
    [InlineData("ytar src \"$(there dst)\"")]
    [InlineData("ytar \"$(there src)\" dst")]
    [InlineData("yarchive get --tree dst ../archive")]
    public async Task A_sync_that_fails_is_a_copy_that_failed(string command) => (await RunHere($$"""
        {{Old}}
        ytar() { strace -f -qq -o ../trace -e trace=syncfs -e inject=syncfs:error=EIO:when=1+ ytar -e local "$@"; }
        yarchive() { strace -f -qq -o ../trace -e trace=syncfs -e inject=syncfs:error=EIO:when=1+ yarchive "$@"; }
        status=0; {{command}} || status=$?
        grep -q 'syncfs.*EIO' ../trace
        {{Untouched}}
        """, Far.Local)).Is(0).Says("dst: cannot be synced: ", "Input/output error");

    [Cases(Needs.Sshd)]
    [InlineData("ytar src \"$(there dst)\"", Far.Ssh)]
    [InlineData("ytar src \"$(there dst)\"", Far.Local)]
    [InlineData("ytar \"$(there src)\" dst", Far.Ssh)]
    [InlineData("yarchive get --tree dst ../archive", Far.Local)]
    public async Task A_sync_program_that_fails_is_a_copy_that_failed(string command, Far far) => (await RunHere($$"""
        {{Old}}{{Sync("exit 1")}}
        status=0; {{command}} || status=$?
        {{Untouched}}
        """, far)).Is(0).Says("dst: cannot be synced: ");

    [Case]
    public async Task A_sync_without_that_option_syncs_everything() => (await RunHere($$"""
        {{Old}}{{Sync("[ $# = 0 ] || { echo \"sync: invalid option -- 'f'\" >&2; exit 1; }; echo done >> \"${0%/*}/synced\"")}}
        ytar src "$(there dst)"
        test -s "$fakes/synced"
        diff -r --no-dereference src dst
        soon kept dst src
        """, Far.Local)).Is(0);

    [Case]
    public async Task A_sync_that_fails_after_the_tree_is_in_place_is_told_too() => (await RunHere($$"""
        {{Old}}{{Sync("echo x >> \"${0%/*}/calls\"; [ $(grep -c x \"${0%/*}/calls\") != 2 ]")}}
        status=0; ytar src "$(there dst)" || status=$?
        test "$status" = 8
        diff -r --no-dereference src dst
        soon kept dst src
        """, Far.Local)).Is(0).Says("dst: cannot be synced: ");

    /// <summary>A directory prepended to PATH, at both ends, in which sync is this script.</summary>
    private static string Sync(string text) => $$"""
        fakes=$(cd .. && pwd)/fakes
        mkdir "$fakes"
        cat > "$fakes/sync" << 'END'
        #!/bin/sh
        {{text}}
        END
        chmod +x "$fakes/sync"
        PATH=$fakes:$PATH
        if [ -n "$REMOTE_SHELL" ]; then
          ytar() { command ytar -e local "$@"; }
        else
          ytar() { command ytar -F "$SSH_CONFIG" -prefix "PATH=$fakes:\$PATH; export PATH" "$@"; }
        fi

        """;
}
