namespace EndToEnd.Tests.Ytar;

/// <summary>Trees that do not arrive, or arrive damaged: an existing tree stays, nothing else is left, and the error names the cause.</summary>
public sealed class FailureTests : TreeTest
{
    private const string Old = """
        make src new
        make dst old
        look dst > ../before

        """;

    private const string Untouched = """

        test "$status" = 8
        look dst | diff ../before -
        soon kept dst src
        """;

    /// <summary>A tar that identifies itself like the real one, and otherwise runs the test's script.</summary>
    private const string Pretend = "[ \"$1\" != --version ] || exec /bin/tar --version";

    [Cases]
    [InlineData("src \"$(there dst)\"", Far.Ssh)]
    [InlineData("\"$(there src)\" dst", Far.Ssh)]
    [InlineData("src \"$(there dst)\"", Far.Local)]
    public async Task A_producer_that_fails_leaves_the_old_tree(string names, Far far)
    {
        (await RunHere($$"""
            {{Old}}{{FakeTar(Pretend + "\ncase $1 in -c) /bin/tar \"$@\"; echo 'tar: ./secret: Cannot open' >&2; exit 2 ;; esac\nexec /bin/tar \"$@\"")}}
            eval "$tars"
            status=0; ytar -prefix "$tars" {{names}} || status=$?
            {{Untouched}}
            """, far)).Is(0).Says("command ended with status 2: tar: ./secret: Cannot open");
    }

    [Cases]
    [InlineData("src \"$(there dst)\"", Far.Ssh)]
    [InlineData("\"$(there src)\" dst", Far.Ssh)]
    [InlineData("src \"$(there dst)\"", Far.Local)]
    public async Task A_consumer_that_fails_leaves_the_old_tree(string names, Far far)
    {
        (await RunHere($$"""
            {{Old}}{{FakeTar(Pretend + "\ncase $1 in -x) /bin/tar \"$@\"; echo 'tar: ./file: Cannot write: Input/output error' >&2; exit 2 ;; esac\nexec /bin/tar \"$@\"")}}
            eval "$tars"
            status=0; ytar -prefix "$tars" {{names}} || status=$?
            {{Untouched}}
            """, far)).Is(0).Says("command ended with status 2: tar: ./file: Cannot write: Input/output error");
    }

    [Cases(Needs.Mount, Needs.Sshd, "bsdtar", "busybox")]
    [InlineData("tar", Far.Local, "--plain src \"$(there small/dst)\"")]
    [InlineData("tar", Far.Ssh, "\"$(there src)\" small/dst")]
    [InlineData("tar", Far.Ssh, "-z \"$(there src)\" small/dst")]
    [InlineData("bsdtar", Far.Local, "--plain src \"$(there small/dst)\"")]
    [InlineData("busybox", Far.Local, "--plain src \"$(there small/dst)\"")]
    public async Task A_disk_that_becomes_full_is_told_apart_and_the_old_tree_is_left(string tar, Far far, string names)
    {
        (await RunWithMounts(
            In($$"""
                make src new
                head -c 3000000 /dev/urandom > src/big
                mkdir small ../other
                mount -t tmpfs -o size=2m none small
                make small/dst old
                look small/dst > ../before
                ln -s "$(type -P {{tar}})" ../other/tar
                PATH=$(cd ../other && pwd):$PATH
                status=0; LC_ALL=de_DE.UTF-8 ytar {{names}} || status=$?
                look small/dst | diff ../before -
                is_alone() { test "$(ls -A small)" = dst; }
                soon is_alone
                exit "$status"
                """, far),
            far)).Is(5).Says("no space for ", "small/dst: ");
    }

    [Case]
    public async Task What_tar_says_in_passing_of_a_full_disk_is_found_among_its_complaints()
    {
        (await RunHere($$"""
            {{Old}}{{FakeTar(Pretend + "\ncase $1 in -x) /bin/tar \"$@\"; echo 'tar: ./file: Wrote only 6144 of 10240 bytes' >&2; echo 'tar: Exiting' >&2; exit 2 ;; esac\nexec /bin/tar \"$@\"")}}
            eval "$tars"
            status=0; ytar -prefix "$tars" src "$(there dst)" || status=$?
            test "$status" = 5
            look dst | diff ../before -
            """, Far.Local)).Is(0).Says("dst: tar: ./file: Wrote only 6144 of 10240 bytes");
    }

    [Cases]
    [BothWays]
    public async Task Files_that_change_while_they_are_read_are_told_of_and_the_tree_is_there(Far far)
    {
        var ran = await RunHere($$"""
            make src new
            {{FakeTar(Pretend + "\ncase $1 in -c) /bin/tar \"$@\"; echo 'tar: ./file: file changed as we read it' >&2; exit 1 ;; esac\nexec /bin/tar \"$@\"")}}
            eval "$tars"
            status=0; ytar src "$(there dst)" -prefix "$tars" || status=$?
            test "$status" = 1
            status=0; ytar -prefix "$tars" -events events "$(there dst)" back || status=$?
            test "$status" = 1
            diff -r --no-dereference src back
            tail -n 1 events | grep '"ok":false,"exit":1,'
            rm events
            kept back dst src
            """, far);
        ran.Is(0).Says(
            "ytar: warning: some files changed while tar read them: tar: ./file: file changed as we read it",
            "ytar: warning: HOST: some files changed while tar read them: tar: ./file: file changed as we read it");
    }

    [Case(Needs.Sshd, "bsdtar")]
    public async Task With_another_tar_status_1_is_a_failure() =>
        (await RunHere($$"""
            {{Old}}{{FakeTar("[ \"$1\" != --version ] || exec bsdtar --version\ncase $1 in -c) bsdtar \"$@\"; exit 1 ;; esac\nexec bsdtar \"$@\"")}}
            eval "$tars"
            status=0; ytar src "$(there dst)" || status=$?
            {{Untouched}}
            """)).Is(0).Says("local command ended with status 2: tar ended with status 1");

    [Case(Needs.Sshd, Needs.Root, "bash")]
    public async Task A_file_that_cannot_be_read_is_a_failure()
    {
        var account = Lab.Shared.Account("bash", "ytar");
        (await RunHere($$"""
            {{Old}}
            chmod 000 src/sub/data
            status=0; ytar "{{account.Name}}@HOST:$at/src" dst || status=$?
            {{Untouched}}
            """)).Is(0).Says("remote command ended with status 2: tar: ./sub/data: Cannot open: Permission denied");
    }

    [Cases(Needs.Sshd)]
    [InlineData("missing \"$(there dst)\"", "local command ended with status 2: missing: no such directory")]
    [InlineData("src/file \"$(there dst)\"", "local command ended with status 2: src/file: not a directory")]
    [InlineData("\"$(there missing)\" dst", "missing: no such directory")]
    [InlineData("src \"$(there missing/dst)\"", "missing: no such directory")]
    [InlineData("src \"$(there src/file)\"", "src/file: exists and is not a directory")]
    [InlineData("\"$(there src)\" src/file", "src/file: exists and is not a directory")]
    public async Task What_cannot_be_is_said(string names, string message) =>
        (await RunHere($$"""
            {{Old}}
            status=0; ytar {{names}} || status=$?
            {{Untouched}}
            """)).Is(0).Says("ytar: error: ", message);

    [Case(Needs.Sshd)]
    public async Task A_link_to_nothing_is_no_target() =>
        (await RunHere("""
            make src new
            ln -s nowhere dst
            status=0; ytar src "$(there dst)" || status=$?
            test "$status" = 8 -a -L dst
            kept dst src
            """)).Is(0).Says("dst: a dangling symbolic link");

    [Case(Needs.Sshd)]
    public async Task A_tar_that_is_cut_short_is_a_failure() =>
        (await RunHere($$"""
            {{Old}}
            tar -cf ../whole src
            head -c 150000 ../whole > ../cut
            status=0; ytar --from-file ../cut "$(there dst)" || status=$?
            {{Untouched}}
            """)).Is(0);

    [Cases]
    [InlineData("TERM", "src \"$(there dst)\"", Far.Ssh)]
    [InlineData("INT", "\"$(there src)\" dst", Far.Ssh)]
    [InlineData("TERM", "src \"$(there dst)\"", Far.Local)]
    [InlineData("KILL", "src \"$(there dst)\"", Far.Ssh)]
    [InlineData("KILL", "\"$(there src)\" dst", Far.Ssh)]
    [InlineData("KILL", "\"$(there src)\" dst", Far.Local)]
    public async Task A_run_that_is_ended_in_the_middle_leaves_the_old_tree(string signal, string names, Far far)
    {
        (await RunHere(Old + "head -c 20000000 /dev/urandom > src/big", far)).Is(0);
        var running = StartHere($"exec ytar {(far == Far.Local ? "-e local" : "-F $SSH_CONFIG")} -rate 4m -timeout 6 {names}", far);
        await running.Until(() => HalfTrees().Any(tree => File.Exists(Path.Combine(tree, "tree", "big"))), "a part of it has arrived");
        Assert.All(HalfTrees(), tree => Assert.StartsWith(".dst.ytar-", Path.GetFileName(tree), StringComparison.Ordinal));
        Processes.Signal(running.Id, signal);
        Assert.Equal(signal == "KILL" ? 137 : 6, (await running.End(60)).Status);

        (await RunHere("""
            soon kept dst src
            look dst | diff ../before -
            ytar src "$(there dst)"
            diff <(look src) <(look dst)
            soon kept dst src
            """, far)).Is(0);
    }

    [Case(Needs.Sshd)]
    public async Task A_half_tree_that_somebody_is_working_on_is_left_alone() =>
        (await RunHere("""
            make src new
            mkdir .dst.ytar-usedby .dst.ytar-nobody .dst.ytar-aa .other.ytar-nobody
            exec 9< .dst.ytar-usedby
            flock 9
            ytar src "$(there dst)"
            soon kept .dst.ytar-aa .dst.ytar-usedby .other.ytar-nobody dst src
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task The_old_tree_of_a_run_that_was_killed_between_two_renames_comes_back() =>
        (await RunHere("""
            make src new
            make .dst.ytar-abcdef.old old
            mkdir .dst.ytar-abcdef
            echo 'no tar' > ../stream
            status=0; ytar --from-file ../stream "$(there dst)" || status=$?
            test "$status" = 8
            soon kept dst src
            grep old dst/file
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Two_at_once_leave_one_whole_tree() =>
        (await RunHere("""
            make one 1
            make two 2
            for _ in 1 2 3; do
              ytar one "$(there dst)" & first=$!
              ytar two "$(there dst)"
              wait $first
              diff -r --no-dereference one dst > /dev/null || diff -r --no-dereference two dst
            done
            soon kept dst one two
            """)).Is(0);

    private string[] HalfTrees() => System.IO.Directory.GetDirectories(Directory, ".*");
}
