namespace EndToEnd.Tests.Archives;

/// <summary>The documented commands for archives, against a real sshd. HOST is an alias of the ssh configuration.</summary>
public sealed class WordForWordTests : CopyTest
{
    // ssh finds the configuration of the test; apart from the directory nothing in the commands is changed.
    private const string Stage = """
        set -eo pipefail
        mkdir path archivedir tree back
        printf '#!/bin/sh\nexec %s -F "$SSH_CONFIG" "$@"\n' "$(command -v ssh)" > path/ssh
        chmod +x path/ssh
        PATH=$PWD/path:$PATH
        mkdir -p tree/dir/empty
        head -c 3000000 /dev/urandom > 'tree/dir/a file'
        ln -s 'a file' tree/dir/link

        """;

    [Case(Needs.Sshd, "cpio")]
    public async Task A_tree_is_archived_through_cpio_and_comes_back() =>
        (await RunHere("""
            cd tree
            find . -print | cpio -ocv | dmscp -w -s HOST -u USER -p 1024 -d /archivedir -F 2g -S 0 -T 36000 -f myarchive
            cd ../back
            dmscp -r -s HOST -p 1024 -u USER -d /archivedir -F 1 -f myarchive -T 360000 | cpio -icdv
            cd ..
            diff -r --no-dereference tree back
            cd archivedir
            test "$(ls -A | tr '\n' ' ')" = 'myarchive.000000 myarchive.manifest '
            sha256sum --quiet --strict -c myarchive.manifest
            mkdir ../other
            cat myarchive.0* | (cd ../other && cpio -icd)
            diff -r --no-dereference ../tree ../other
            """)).Is(0);

    [Case(Needs.Sshd, "cpio")]
    public async Task In_many_fragments_with_a_stub_and_from_the_middle() =>
        (await RunHere("""
            head -c 3000000 /dev/urandom > stream
            dmscp -w -s HOST -u USER -d /archivedir -F 400k -S 10k -T 36000 -f myarchive < stream
            test "$(stat -c %s archivedir/myarchive.000000)" = 10240
            test "$(stat -c %s archivedir/myarchive.000001)" = 409600
            dmscp -r -s HOST -u USER -d /archivedir -F 1 -f myarchive | cmp - stream
            dmscp -r -s HOST -u USER -d /archivedir -F 3 -f myarchive | cmp - <(tail -c +$((10240 + 409600 + 1)) stream)
            dmscp -r -s HOST -u USER -d /archivedir -F 1 -range 1000-999999 -f myarchive | cmp - <(head -c 1000000 stream | tail -c +1001)
            """)).Is(0);

    private Task<Result> RunHere(string commands) =>
        Run(Stage + commands
            .Replace("-u USER", $"-u {Environment.UserName}", StringComparison.Ordinal)
            .Replace("/archivedir", $"{Directory}/archivedir", StringComparison.Ordinal));
}
