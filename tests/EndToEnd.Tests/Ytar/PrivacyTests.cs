namespace EndToEnd.Tests.Ytar;

/// <summary>While a tree is unpacked, only its owner can enter it, whatever mode it has in the end.</summary>
public sealed class PrivacyTests : TreeTest
{
    /// <summary>A tar that, before it unpacks, puts a file that all may read where the tree is to grow, and has another user read it.</summary>
    private const string Probing = """
        [ "$1" != --version ] || exec /bin/tar --version
        if [ "$1" = -x ]; then
          next=''
          for word; do [ "$next" != -C ] || tree=$word; next=$word; done
          echo secret > "$tree/probe" && chmod 644 "$tree/probe"
          setpriv --reuid=65534 --regid=65534 --clear-groups cat "$tree/probe" > "${0%/*}/read" 2> /dev/null
          echo probed > "${0%/*}/probed"
          rm "$tree/probe"
        fi
        exec /bin/tar "$@"
        """;

    [Cases(Needs.Root, Needs.Sshd, "setpriv")]
    [InlineData("ytar -prefix \"$tars\" src \"$(there dst)\"", Far.Ssh)]
    [InlineData("ytar src \"$(there dst)\"", Far.Local)]
    [InlineData("ytar \"$(there src)\" dst", Far.Ssh)]
    [InlineData("yarchive get --tree dst ../archive", Far.Local)]
    public async Task No_other_user_can_enter_a_tree_that_grows(string command, Far far) => (await RunHere($$"""
        umask 022
        make src new
        chmod 700 src
        tar -cf - -C src . | yarchive put ../archive
        {{FakeTar(Probing)}}
        fake=$(cd ../fake && pwd)
        chmod 777 "$fake"
        eval "$tars"
        for round in new old; do
          {{command}}
          test -e "$fake/probed"
          test ! -s "$fake/read"
          test "$(stat -c %a dst)" = 700
          diff -r --no-dereference src dst
        done
        soon kept dst src
        """, far)).Is(0);

    [Case(Needs.Sshd, Needs.Root, "bash")]
    public async Task A_tree_that_its_owner_may_not_write_into_gets_in_place_and_is_replaced()
    {
        var account = Lab.Shared.Account("bash", "ytar");
        (await RunHere($$"""
            make src new
            chmod 555 src
            mkdir -m 777 open
            for round in new old; do
              ytar src "{{account.Name}}@HOST:$at/open/dst"
              test "$(stat -c '%a %U' open/dst)" = '555 {{account.Name}}'
              diff -r --no-dereference src open/dst
              test "$(stat -c %Y open/dst)" = "$(stat -c %Y src)"
            done
            is_alone() { test "$(ls -A open)" = dst; }
            soon is_alone
            """)).Is(0);
    }

    [Case(Needs.Root, "setpriv", "busybox")]
    public async Task A_busybox_of_a_user_keeps_a_private_tree_private() => (await RunHere("""
        umask 022
        make src new
        chmod 700 src
        mkdir -m 777 open ../box
        ln -s "$(type -P busybox)" ../box/tar
        tar -cf ../stream --format=gnu -C src .
        chmod 644 ../stream
        PATH=$(cd ../box && pwd):$PATH
        for filter in '' -z; do
          [ -z "$filter" ] || gzip ../stream
          HOME=/ setpriv --reuid=65534 --regid=65534 --clear-groups ytar -e local $filter --from-file ../stream* "any:$at/open/dst"
          test "$(stat -c %a open/dst)" = 700
          diff -r --no-dereference src open/dst
        done
        rm -r open
        """, Far.Local)).Is(0);

    [Case]
    public async Task A_tar_without_its_own_directory_gives_the_usual_mode() => (await RunHere("""
        umask 027
        make src new
        (cd src && tar -cf ../../stream file sub)
        ytar --from-file ../stream "$(there dst)"
        test "$(stat -c %a dst)" = 750
        rm -r src
        kept dst
        """, Far.Local)).Is(0);

    [Case]
    public async Task Targets_whose_long_names_begin_alike_do_not_get_trees_of_each_other() => (await RunHere("""
        make src new
        long=$(printf 'x%.0s' $(seq 120))
        ytar src "$(there "$long.one")"
        mark=$(printf '.%.100s.ytar-abcdef.old' "$long")
        make "$mark" other
        ytar src "$(there "$long.two")"
        test -e "$mark/file"
        grep -q new "$long.two/file"
        """, Far.Local)).Is(0);
}
