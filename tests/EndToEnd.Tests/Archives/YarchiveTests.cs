using EndToEnd.Tests.Ytar;

namespace EndToEnd.Tests.Archives;

/// <summary>yarchive as a user calls it, with the other host behind sshd and behind a child process.</summary>
public sealed class YarchiveTests : TreeTest
{
    private const string Words = """
        if [ -n "$REMOTE_SHELL" ]; then y() { local verb=$1; shift; yarchive "$verb" -e local "$@"; }; else y() { local verb=$1; shift; yarchive "$verb" -F "$SSH_CONFIG" "$@"; }; fi
        fails() { local want=$1; shift; local status=0; "$@" 2> words || status=$?; test "$status" = "$want" || { echo "status $status"; cat words; return 1; }; }
        head -c 3000000 /dev/urandom > data
        mkdir -p a

        """;

    [Cases]
    [BothWays]
    public async Task A_stream_gets_there_is_listed_verified_restored_and_removed(Far far) => (await RunHere($$"""
        {{Words}}
        y put --fragment 1m "$(there a/one)" < data
        y ls "$(there a)" | grep -q '^one *2.9 MiB *3  disk *20..-..-.. ..:..Z$'
        y ls --json "$(there a/one)" | grep -q '"name":"one","complete":true,"writing":false,"size":3000000,"fragments":3,'
        y get "$(there a/one)" | cmp - data
        y get --range 1000000-1999999 "$(there a/one)" | cmp - <(tail -c +1000001 data | head -c 1000000)
        y verify "$(there a/one)" | grep -qx 'one: 3 of 3 fragments, 2.9 MiB: as stored'
        y rm "$(there a/one)"
        test -z "$(ls -A a)"
        fails 1 y ls "$(there a/one)"
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task Damage_is_found_where_it_is_and_named_once(Far far) => (await RunHere($$"""
        {{Words}}
        y put --fragment 1m "$(there a/one)" < data
        printf 'not what was there' | dd of=a/one.000001 bs=1 seek=500000 conv=notrunc status=none
        fails 4 y verify "$(there a/one)" > found
        grep -q 'one.000001: bytes 1048576-2097151: differs from the stored data' found
        test "$(grep -c . found)" = 2
        test "$(grep -c error: words)" = 1
        grep -q 'error: [^ ]*: .*one: 1 of 3 fragments are not as they were stored' words
        rm a/one.000002
        fails 4 y verify "$(there a/one)" > found
        grep -q 'one.000002: .*: is missing' found
        y ls "$(there a)" | grep -q '1 missing'
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task What_fails_on_the_way_in_is_no_archive_and_says_so(Far far) => (await RunHere($$"""
        {{Words}}
        # Ends when the first fragment is listed: a command that fails before leaves nothing.
        printf 'until grep -qs "$1.000000$" "a/$1.manifest"; do sleep 0.01; done\n' > kept
        fails 8 y put --fragment 1m "$(there a/cut)" -- 'head -c 2000000 data; sh kept cut; exit 3'
        fails 8 y put --fragment 1m --filter cat "$(there a/behind)" -- 'head -c 2000000 data; sh kept behind; exit 3'
        fails 8 y put --fragment 1m --filter 'cat; sh kept filter; exit 7' "$(there a/filter)" < data
        fails 8 y put --fragment 1m --filter cat --encrypt-with 'cat; sh kept killed; kill -9 $$' "$(there a/killed)" < data
        y ls "$(there a)" | tail -n +2 > list
        test "$(grep -c . list)" = 4
        test "$(grep -c incomplete list)" = 4
        ! grep -l '^# end' a/*
        for name in cut filter killed behind; do fails 1 y get "$(there a/$name)"; grep -q 'hint: .* --resume continues' words; done
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task What_fails_before_it_had_a_fragment_leaves_nothing(Far far) => (await RunHere($$"""
        {{Words}}
        fails 8 y put "$(there a/x)" -- false
        fails 8 y put --filter no-such-command "$(there a/x)" < data
        fails 8 y put --filter 'head -c 5' "$(there a/x)" < data
        printf abcdef > small
        fails 8 y put --filter 'head -c 3' "$(there a/x)" < small
        grep -q 'before it had read all of its input' words
        fails 2 y put --migrate --hsm no-such-system "$(there a/x)" < data
        test -z "$(ls -A a)"
        y put "$(there a/x)" < small
        fails 8 y get --filter 'head -c 3' -o out "$(there a/x)" || fails 2 y get --filter 'head -c 3' -o out "$(there a/x)"
        test ! -e out
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_reader_who_leaves_has_one_exit_status(Far far) => (await RunHere($$"""
        {{Words}}
        head -c 10 data > small
        y put "$(there a/large)" < data
        y put --filter cat "$(there a/filtered)" < data
        y put "$(there a/small)" < small
        mkfifo pipe
        exec 5<> pipe 6> pipe 5>&-
        for words in 'get large' 'get small' 'get --filter=cat filtered' 'ls .' 'info small' 'verify small'; do
          name=${words##* }
          fails 8 y ${words% *} "$(there "a/$name")" >&6
          grep -q 'error: .*standard output: broken pipe: the reader exited' words
        done
        """, far)).Is(0);

    [Case]
    public async Task A_relative_name_on_a_host_starts_at_home_without_ssh_too() => (await RunHere($$"""
        {{Words}}
        mkdir -p home/d
        export HOME=$PWD/home
        yarchive put -e local h:d/x < data
        yarchive ls -e local h:~/d | grep -q '^x '
        yarchive get -e local :d/x | cmp - data
        yarchive get -e local home/d/x | cmp - data
        yarchive rm -e local h:~/d/x
        echo here > f; echo home > home/f
        test "$(dmscp -r -s any -e local -f f)" = home
        test "$(dmscp -r -e local -f f)" = here
        yscp -q -D there any:f got
        grep -qx home got
        yscp -q -D there f any:
        grep -qx here home/f
        (cd home; yscp -q -D there f any:; grep -qx here f)
        (cd home/d; yscp -q -D there ../f any:d)
        cmp f home/d/f
        mkdir home/tree; echo home > home/tree/file
        command ytar -e local any:tree back
        grep -qx home back/file
        """)).Is(0);

    [Case]
    public async Task A_printed_plan_can_be_pasted() => (await RunHere($$"""
        {{Words}}
        yarchive put a/s-1 < data
        plan=$(yarchive put -print-plan --keep 1 a/s-2)
        sh -c "$plan" < data
        test "$(ls a)" = "$(printf 's-2.000000\ns-2.manifest')"
        plan=$(yarchive put -print-plan --keep 1 a/s-3 -- 'cat data; exit 1')
        fails 8 sh -c "$plan"
        test "$(ls a)" = "$(printf 's-2.000000\ns-2.manifest')"
        """)).Is(0);

    [Case]
    public async Task A_name_may_begin_with_a_hyphen() => (await RunHere($$"""
        {{Words}}
        cd a
        yarchive put ./-x < ../data
        yarchive put ./--help -- cat ../data
        for verb in ls info verify; do yarchive $verb -- -x | grep -q -e '-x'; done
        yarchive get -- --help | cmp - ../data
        yarchive rm ./--help
        yarchive rm -- -x
        test -z "$(ls -A)"
        export HOME=$PWD
        yarchive put -e local h:-x < ../data
        yarchive get -e local h:-x | cmp - ../data
        for verb in ls info verify; do yarchive $verb -e local h:-x | grep -q -e '-x'; done
        yarchive rm -e local h:-x
        test -z "$(ls -A)"
        """)).Is(0);

    [Cases]
    [BothWays]
    public async Task Filters_are_undone_in_reverse_order(Far far) => (await RunHere($$"""
        {{Words}}
        y put --filter zstd --encrypt-with 'tr a-z b-za' "$(there a/both)" < data
        fails 2 y get "$(there a/both)" -o back
        grep -q "was encrypted by 'tr a-z b-za'" words
        test ! -e back
        y get --decrypt-with 'tr b-za a-z' -o back "$(there a/both)"
        cmp back data
        fails 8 y get --decrypt-with 'tr a-z x' -o other "$(there a/both)"
        test ! -e other
        y get --raw "$(there a/both)" | tr b-za a-z | zstd -d | cmp - data
        fails 2 y get --range 0-5 --decrypt-with cat "$(there a/both)"
        y put --filter gzip "$(there a/gz)" < data
        y get "$(there a/gz)" | cmp - data
        fails 2 y get --filter cat "$(there a/gz)"
        """, far)).Is(0);

    [Case("zstd")]
    public async Task What_info_prints_restores_without_this_program() => (await RunHere($$"""
        {{Words}}
        yarchive put --filter zstd --fragment 700k 'a/it is $1' < data
        line=$(yarchive info 'a/it is $1' | tail -1)
        (cd a && env -i PATH=/usr/bin:/bin sh -c "$line") | cmp - data
        printf x >> 'a/it is $1.000002'
        (cd a && ! env -i PATH=/usr/bin:/bin sh -c "$line" > out 2> words)
        test ! -s a/out
        grep -q 'FAILED' a/words
        """)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_fifo_in_the_place_of_a_fragment_or_manifest_is_told_and_not_waited_for(Far far) => (await RunHere($$"""
        {{Words}}
        y put --fragment 1m "$(there a/one)" < data
        rm a/one.000001
        mkfifo a/one.000001 a/two.manifest
        fails 4 y get "$(there a/one)" > part
        grep -q 'one.000001: is a fifo and not a file' words
        fails 4 y verify "$(there a/one)" > found
        grep -q 'one.000001: bytes 1048576-2097151: is a fifo and not a file' found
        y ls "$(there a)" > list
        grep -q '^one .* 1 wrong ' list
        grep -q '^two .* damaged manifest' list
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_damaged_one_is_removed_only_when_that_is_insisted_on(Far far) => (await RunHere($$"""
        {{Words}}
        y put --fragment 1m "$(there a/one)" < data
        sed -i '/ one.000001$/s/^..../beef/' a/one.manifest
        fails 4 y rm --dry-run "$(there a/one)"
        grep -v hint words > dry
        grep -q 'hint: --force ' words
        fails 4 y rm "$(there a/one)"
        grep -v hint words | cmp - dry
        test -e a/one.000000
        y rm --force --dry-run "$(there a/one)" | grep -q 'one: would be removed'
        y rm --force "$(there a/one)"
        test -z "$(ls -A a)"
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_tree_goes_in_and_comes_out(Far far) => (await RunHere($$"""
        {{Words}}
        make src one
        y put --tree src --filter zstd "$(there a/tree)"
        y get --tree back "$(there a/tree)"
        diff <(look src) <(look back)
        printf 'broken' | dd of=a/tree.000000 bs=1 seek=100 conv=notrunc status=none
        fails 4 y get --tree broken "$(there a/tree)" || fails 8 y get --tree broken "$(there a/tree)"
        test ! -e broken
        """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task The_newest_of_a_series_are_kept_and_incomplete_ones_do_not_count(Far far) => (await RunHere($$"""
        {{Words}}
        for day in 1 2 3 4; do y put "$(there a/home-2026-11-0$day)" < data; done
        y put "$(there a/other-2026-11-01)" < data
        fails 8 y put --fragment 1m "$(there a/home-2026-11-05)" -- 'cat data; until grep -qs "^# at" a/home-2026-11-05.manifest; do sleep 0.1; done; exit 1'
        y rm --keep 3 --dry-run "$(there a/home)" | grep -q 'home-2026-11-01: would be removed'
        test -e a/home-2026-11-01.manifest
        y put --keep 2 "$(there a/home-2026-11-06)" < data
        test "$(ls a/*.manifest | tr -dc '0-9\n' | tr '\n' ' ')" = '20261104 20261105 20261106 20261101 '
        """, far)).Is(0);

    [Case]
    public async Task What_was_just_stored_stays_whatever_the_clock_says() => (await RunHere($$"""
        {{Words}}
        yarchive put a/z-9 < data
        yarchive put --keep 1 a/z-10 < data
        test "$(ls a)" = "$(printf 'z-10.000000\nz-10.manifest')"
        """)).Is(0);

    [Case]
    public async Task What_no_manifest_speaks_of_is_not_removed() => (await RunHere($$"""
        {{Words}}
        echo precious > a/db.000000
        fails 1 yarchive put a/db < data
        test "$(ls a)" = db.000000
        : > a/db.manifest
        yarchive rm a/db
        test "$(ls a)" = db.000000
        """)).Is(0);

    [Case]
    public async Task A_command_that_is_none_stores_nothing() => (await RunHere($$"""
        {{Words}}
        fails 2 yarchive put a/none -- < data
        fails 2 yarchive put a/none -- ' ' < data
        test -z "$(ls -A a)"
        """)).Is(0);

    [Case]
    public async Task What_is_being_written_is_left_alone() => (await RunHere($$"""
        {{Words}}
        mkfifo end
        yarchive put a/slow -- 'cat data; cat end' & job=$!
        soon test -s a/slow.manifest
        soon sh -c "yarchive ls a | grep -q 'being written'"
        fails 1 yarchive rm a/slow
        grep -q 'another process is writing' words
        : > end
        wait $job
        yarchive rm a/slow
        test -z "$(ls -A a)"
        """)).Is(0);
}
