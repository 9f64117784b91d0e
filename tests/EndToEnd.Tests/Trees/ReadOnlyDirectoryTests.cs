namespace EndToEnd.Tests.Trees;

/// <summary>
/// Trees with directories that their owner may not write, as in Go's module cache, copied again and again by a user who is not root: such a directory is
/// opened for the copy and closed again.
/// </summary>
public sealed class ReadOnlyDirectoryTests : TreeTest
{
    /// <summary>A tree, and commands on it, run by an unprivileged user; $u runs a function as that user.</summary>
    private const string Made = """
        export HOME=/
        mkdir home; chmod 777 home; cd home
        as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree manifest digests copies touched); $1"; }
        copies() { yscp -D x "$@"; }
        touched() { find "$1" -printf '%P %i %T@ %m %n\n' | LC_ALL=C sort; }
        as_user '
          umask 022
          mkdir -p src/a/b src/a/e; echo 1 > src/a/x; echo 22 > src/a/b/y; ln src/a/x src/a/z; ln -s x src/a/link; mkfifo src/a/fifo
          head -c 9000000 /dev/zero > src/a/b/big; chmod 0444 src/a/x; chmod 0555 src/a/b src/a/e src/a'

        """;

    [Cases(Needs.Root, "setpriv")]
    [InlineData("-rp")]
    [InlineData("-r")]
    [InlineData("-a")]
    [InlineData("-a -Z")]
    [InlineData("-rp -Z")]
    public async Task It_can_be_copied_again(string options)
    {
        var kinds = options.Contains('r') ? "as_user 'rm src/a/fifo' 2> err || as_user 'chmod u+w src/a; rm src/a/fifo; chmod u-w src/a'\n" : "";
        (await RunTree(Made + kinds + $$"""
            for i in 1 2 3; do as_user 'copies {{options}} src/. dst' || exit; done
            as_user 'diff -r -x fifo --no-dereference src dst'; stat -c '%a %n' dst/a dst/a/b dst/a/e
            """)).Is(0).Prints("555 dst/a\n555 dst/a/b\n555 dst/a/e\n").Says();
    }

    [Case(Needs.Root, "setpriv")]
    public async Task A_copy_that_finds_nothing_to_do_changes_nothing() =>
        (await RunTree(Made + """
            as_user 'copies -a src/. dst; touched dst > before; copies -a -Z src/. dst; echo $?; touched dst > after; diff before after'
            """)).Is(0).Prints("0\n");

    [Case(Needs.Root, "setpriv")]
    public async Task What_changed_is_replaced_and_what_is_gone_is_removed() =>
        (await RunTree(Made + """
            as_user 'copies -a src/. dst; mkdir dst/more; chmod u+w dst/a; mkdir -p dst/a/old/er; touch dst/a/old/er/f; chmod 0555 dst/a/old/er dst/a/old dst/a
              chmod u+w src/a src/a/b; echo new > src/a/b/y; rm src/a/link; ln -s y src/a/other; chmod 0555 src/a src/a/b
              copies -a --delete src/. dst; echo $?; diff -r -x fifo --no-dereference src dst; touched src | cut -d" " -f1,3-5 > one; touched dst | cut -d" " -f1,3-5 > two; diff one two'
            """)).Is(0).Prints("0\n");

    [Case(Needs.Root, "setpriv")]
    public async Task A_copy_that_fails_closes_them_again() =>
        (await RunTree(Made + """
            as_user 'copies -a src/. dst; chmod 0555 dst/a; mkdir -m 700 other; cp -r src other; chmod -R u+w other
              rm -rf other/src/a/b/y; mkdir other/src/a/b/y; echo in the way > other/src/a/b/y/f; echo more > other/src/a/new
              copies -rp other/src/. dst; echo $?; stat -c "%a %n" dst/a/b; cat dst/a/b/y'
            """)).Prints("1\n755 dst/a/b\n22\n").Says("dst/a/b/y");

    [Case(Needs.Root, "setpriv")]
    public async Task The_target_directory_itself_stays_closed_unless_its_contents_are_the_source() =>
        (await RunTree(Made + """
            as_user 'mkdir locked; chmod 0555 locked; copies src/a/x locked; echo $?; copies -r src locked; echo $?; ls -A locked; stat -c %a locked
              chmod 0555 src; copies -rp src/. locked; echo $?; stat -c %a locked; ls locked'
            """)).Prints("1\n1\n555\n0\n555\na\n").Says("locked/x: permission denied");
}
