namespace EndToEnd.Tests.Copies;

/// <summary>The documented commands, against a real sshd. HOST is an alias of the ssh configuration.</summary>
public sealed class WordForWordTests : CopyTest
{
    // ssh finds the configuration of the test; apart from the directory nothing in the commands is changed.
    private const string Stage = """
        set -eo pipefail
        mkdir path tmp tmp/dir tmp/x archive
        printf '#!/bin/sh\nexec %s -F "$SSH_CONFIG" "$@"\n' "$(command -v ssh)" > path/ssh
        chmod +x path/ssh
        PATH=$PWD/path:$PATH
        head -c 300000 /dev/urandom > 'tmp/dir/a file'
        ln -s 'a file' tmp/dir/link
        mkdir tmp/dir/empty

        """;

    [Case(Needs.Sshd)]
    public async Task A_tree_is_read_through_tar() =>
        (await RunHere("""
            dmscp -checksum -r -s HOST -u USER -prefix 'PATH=$HOME/bin:$PATH;export PATH' -R 'cd /tmp/ && tar -cf - ./dir' | ( cd /tmp/x && tar -xf - )
            diff -r --no-dereference tmp/dir tmp/x/dir
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_tree_is_written_through_tar_aside_and_then_moved_into_place() =>
        (await RunHere("""
            ( cd /tmp/ && tar -cf - ./dir ) | dmscp -checksum -w -s HOST -u USER -R 'cd /tmp/ && mkdir ._t && cd ._t && tar -xf - 1>&2 && cd .. && mv ._t/dir dir2 && rmdir ._t'
            diff -r --no-dereference tmp/dir tmp/dir2
            test "$(ls -A tmp | sort | tr '\n' ' ')" = 'dir dir2 x '
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task A_stream_is_archived_as_a_file_and_read_back() =>
        (await RunHere("""
            head -c 3000000 /dev/urandom > stream
            cp stream original
            dmscp -w -s HOST -d /archive -f name < stream
            dmscp -r -s HOST -d /archive -f name > stream
            cmp original stream
            cmp original archive/name
            """)).Is(0);

    private Task<Result> RunHere(string commands) =>
        Run(Stage + commands
            .Replace("-u USER", $"-u {Environment.UserName}", StringComparison.Ordinal)
            .Replace("/tmp/", $"{Directory}/tmp/", StringComparison.Ordinal)
            .Replace("/archive", $"{Directory}/archive", StringComparison.Ordinal));
}
