using EndToEnd.Tests.Ytar;

namespace EndToEnd.Tests.Archives;

/// <summary>What is done to an archive touches no other: not one that it is a copy of, nor files that its manifest names without being theirs.</summary>
public sealed class OtherArchiveTests : TreeTest
{
    private const string Words = """
        if [ -n "$REMOTE_SHELL" ]; then y() { local verb=$1; shift; yarchive "$verb" -e local "$@"; }; else y() { local verb=$1; shift; yarchive "$verb" -F "$SSH_CONFIG" "$@"; }; fi
        fails() { local want=$1; shift; local status=0; "$@" 2> words || status=$?; test "$status" = "$want" || { echo "status $status"; cat words; return 1; }; }
        head -c 5000000 /dev/urandom > data
        sign() { head -n -1 "$1" > signed; tail -n 1 "$1" | sed -z 's/ sha256 .*/ sha256 /' >> signed; { cat signed; sha256sum < signed | cut -c 1-64; } > "$1"; rm signed; }
        forge() {
          printf '# pipe archive 1\n# name %s\n# started T\n# fragment 10 stub 0\n# at 0 size 4 xxh3 0123456789abcdef time T\n' "${1##*/}" > "$1.manifest"
          printf '%064d  %s\n# end fragments 1 size 4 xxh128 %032d time 2020-01-01T00:00:00.000000Z sha256 x\n' 1 "$2" 2 >> "$1.manifest"
          sign "$1.manifest"
        }

        """;

    /// <summary>An archive whose first disk becomes full, so that it continues in disk2, and a copy of the first disk.</summary>
    private const string TwoDisks = Words + """
        mkdir disk1 disk2
        mount -t tmpfs -o size=3m none disk1
        y put --fragment 1m --next "$at/disk2" "$(there disk1/A)" < data
        test -e disk1/A.000000 -a -e disk2/A.000004
        cp -a disk1 backup
        whole() { y verify "$(there disk1/A)" && y get "$(there disk1/A)" | cmp - data; }

        """;

    [Case(Needs.Mount)]
    public async Task A_copy_that_is_removed_leaves_the_fragments_of_the_first() => (await Mounted($$"""
        {{TwoDisks}}
        y rm --dry-run "$(there backup/A)" > dry
        y rm -v "$(there backup/A)" > real
        sed 's/would be //' dry | diff - real
        grep -qx "$at/disk2/A.000004: left: it is of $at/disk1/A.manifest, by $at/disk2/A.owner" real
        whole
        test -z "$(ls -A backup)"
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task The_first_one_is_removed_with_what_it_has_in_other_directories_and_a_dry_run_names_them() => (await Mounted($$"""
        {{TwoDisks}}
        spilled=$(ls disk2/A.0* | wc -l)
        y rm --dry-run "$(there disk1/A)" > dry
        grep -qx "$at/disk2: $spilled fragments of A would be removed" dry
        whole
        y rm -v "$(there disk1/A)" | diff <(sed 's/would be //' dry) -
        test -z "$(ls -A disk1 disk2)" || test "$(ls -A disk1 disk2)" = "$(printf 'disk1:\n\ndisk2:')"
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task A_copy_of_the_manifest_in_the_other_directory_removes_nothing_there() => (await Mounted($$"""
        {{TwoDisks}}
        cp -a disk1/A.manifest disk2
        fails 1 yarchive rm disk2/A
        fails 1 yarchive rm --force disk2/A
        grep -q 'another archive of this name has fragments there' words
        rm disk2/A.manifest
        whole
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task Another_one_of_that_name_does_not_go_on_where_the_first_did() => (await Mounted($$"""
        {{TwoDisks}}
        mkdir other
        printf '# pipe archive 1\n# name A\n# started T\n# fragment 1048576 stub 0\n' > other/A.manifest
        cp other/A.manifest cut
        for words in '' --resume; do
          fails 1 yarchive put $words --fragment 1m --next "$at/disk2" other/A < data
          whole
          cp cut other/A.manifest
        done
        mv other/A.manifest disk2
        fails 1 yarchive put --fragment 1m disk2/A < data
        fails 1 yarchive put --resume --fragment 1m disk2/A < data
        rm disk2/A.manifest
        whole
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task Another_one_of_that_name_does_not_disturb_the_first_while_it_is_written() => (await Mounted($$"""
        {{Words}}
        mkdir disk1 disk2 other
        mount -t tmpfs -o size=3m none disk1
        mkfifo go
        yarchive put --fragment 1m --next "$at/disk2" disk1/A -- 'head -c 4000000 data; cat go; tail -c +4000001 data' & job=$!
        soon test -e disk2/.A.000003.pipe-part
        fails 1 yarchive put --fragment 1m --next "$at/disk2" other/A < data
        : > go
        wait $job
        yarchive get disk1/A | cmp - data
        test -z "$(ls -A other)"
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task A_cut_one_goes_on_in_other_directories_and_is_removed_from_there() => (await Mounted($$"""
        {{Words}}
        mkdir disk1 disk2
        mount -t tmpfs -o size=3m none disk1
        cut() {
          yarchive put "$@" --fragment 1m --next "$at/disk2" disk1/A -- 'head -c 4500000 data; exec sleep 600' & job=$!
          soon test -e disk2/.A.000004.pipe-part
          kill -9 $job $(pgrep -P $job)
          wait $job || true
        }
        cut
        soon yarchive put --resume --fragment 1m --next "$at/disk2" disk1/A < data
        yarchive get disk1/A | cmp - data
        yarchive rm disk1/A
        cut
        soon yarchive rm disk1/A
        test -z "$(ls -A disk1)$(ls -A disk2)"
        """)).Is(0);

    [Cases]
    [BothWays]
    public async Task Files_that_a_manifest_names_elsewhere_stay_and_are_named(Far far) => (await RunHere($$"""
        {{Words}}
        mkdir victim ar2
        echo abc > victim/db-1.000000
        forge ar2/db-1 "$at/victim/db-1.000000"
        y rm --dry-run "$(there ar2/db-1)" | grep -q 'victim/db-1.000000: would be left: nothing there says that it is of this archive'
        y put --keep 1 "$(there ar2/db-2)" < data > said
        grep -q 'victim/db-1.000000: left' said
        test "$(cat victim/db-1.000000)" = abc
        test "$(ls ar2)" = "$(printf 'db-2.000000\ndb-2.manifest')"
        forge ar2/db-1 "$at/victim/db-1.000000"
        echo more >> ar2/db-1.manifest
        y rm --force "$(there ar2/db-1)"
        test "$(cat victim/db-1.000000)" = abc
        forge ar2/db-1 "$at/victim/db-1.000000"
        y rm --next "$at/victim" "$(there ar2/db-1)"
        test -z "$(ls victim)"
        """, far)).Is(0);

    [Case(Needs.Mount)]
    public async Task An_archive_of_an_earlier_version_is_removed_where_the_user_says_that_it_lies() => (await Mounted($$"""
        {{TwoDisks}}
        rm disk2/A.owner
        sed -i '/^# id /d; /^# next /d' disk1/A.manifest
        sign disk1/A.manifest
        whole
        cp -a disk1/. backup
        y rm "$(there backup/A)" | grep -q "disk2/A.000004: left: nothing there says that it is of this archive; --next $at/disk2 says so"
        whole
        echo x >> disk2/A.000004
        y rm --next "$at/disk2" "$(there disk1/A)" > said
        grep -qx "$at/disk2/A.000004: left: it does not have the size that the manifest says" said
        test "$(ls -A disk1)$(ls -A disk2)" = A.000004
        """)).Is(0);

    [Case(Needs.Mount)]
    public async Task The_word_of_the_user_does_not_outweigh_an_owner_file() => (await Mounted($$"""
        {{TwoDisks}}
        yarchive rm --next "$at/disk2" backup/A
        whole
        """)).Is(0);

    [Case]
    public async Task A_copy_made_of_hard_links_is_removed_alone() => (await RunHere($$"""
        {{Words}}
        mkdir a
        yarchive put --fragment 1m a/x < data
        cp -al a copy
        yarchive rm copy/x
        test -z "$(ls -A copy)"
        yarchive verify a/x
        fails 8 yarchive put --fragment 1m a/cut -- "cat data; until grep -q '^# at' '$at/a/cut.manifest'; do sleep 0.01; done; exit 1"
        cp -al a copy2
        cp a/cut.manifest before
        yarchive put --resume --fragment 1m copy2/cut < data
        cmp a/cut.manifest before
        """, Far.Local)).Is(0);

    [Case]
    public async Task A_manifest_that_is_a_symbolic_link_is_of_another_archive() => (await RunHere($$"""
        {{Words}}
        mkdir a
        yarchive put --fragment 1m a/x < data
        cp -as "$at/a" copy
        fails 1 yarchive rm copy/x
        grep -q 'copy/x.manifest: is a symbolic link' words
        yarchive get copy/x | cmp - data
        ln -s "$at/elsewhere" a/y.manifest
        fails 1 yarchive put a/y < data
        test ! -e elsewhere
        yarchive get a/x | cmp - data
        """, Far.Local)).Is(0);

    [Case]
    public async Task A_file_that_is_no_index_is_neither_replaced_nor_removed() => (await RunHere($$"""
        {{Words}}
        mkdir a src
        echo mine > a/x.index
        tar -cf tar src
        fails 1 yarchive put --index a/x < tar
        grep -q 'x.index: already exists and is not an index of an archive' words
        test "$(ls -A a)" = x.index
        yarchive put a/x < tar
        yarchive rm -v a/x | grep -q 'x.index: left: it is not an index of an archive'
        test "$(cat a/x.index)" = mine
        test "$(ls -A a)" = x.index
        rm a/x.index
        yarchive put --index a/x < tar
        test -s a/x.index
        yarchive rm a/x
        test -z "$(ls -A a)"
        """, Far.Local)).Is(0);

    [Cases(Needs.Mount)]
    [InlineData("echo mine > disk1/A.owner; echo mine > disk2/A.owner")]
    [InlineData("mkdir disk1/A.owner disk2/A.owner")]
    public async Task A_file_that_is_no_owner_file_is_neither_replaced_nor_removed(string stranger) => (await Mounted($$"""
        {{Words}}
        mkdir disk1 disk2
        mount -t tmpfs -o size=3m none disk1
        {{stranger}}
        head -c 1000000 data | yarchive put --fragment 1m --next "$at/disk2" disk1/A
        yarchive rm disk1/A
        fails 1 yarchive put --fragment 1m --next "$at/disk2" disk1/A < data
        grep -q 'A.owner' words
        yarchive rm disk1/A
        test "$(ls -A disk1)$(ls -A disk2)" = A.ownerA.owner
        test -d disk1/A.owner || test "$(cat disk1/A.owner disk2/A.owner)" = "$(printf 'mine\nmine')"
        """)).Is(0);

    /// <summary>With the far end as a child process: an sshd does not see these mounts.</summary>
    private Task<Result> Mounted(string script) => RunWithMounts(In(script, Far.Local));
}
