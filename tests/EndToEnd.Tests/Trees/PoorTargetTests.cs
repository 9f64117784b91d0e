namespace EndToEnd.Tests.Trees;

/// <summary>
/// A target whose file system cannot hold all that the source has: the data are copied, each loss is named with the file and what it
/// lost, and the exit status is 1. tests/lab/poorfs makes such file systems.
/// </summary>
public sealed class PoorTargetTests : TreeTest
{
    /// <summary><c>poor FEATURE...</c> mounts a file system without these at disk.</summary>
    private static string Words => $$"""
        poor() { mkdir -p backing disk; '{{Lab.Shared.PoorFileSystem}}' backing disk "$@"; trap 'umount -l disk' EXIT; }
        copy() { yscp "$@" 2> said; echo $?; cat said >&2; ! grep '\.pipe-' said; }

        """;

    [Case(Needs.Mount, Needs.Loop, "mkfs.ext4", "mkfs.xfs", "setfattr")]
    public async Task An_attribute_that_is_too_large_is_named_and_all_files_are_there() =>
        (await RunWithMounts(Words + """
            mkdir src disk; truncate -s 64m image; truncate -s 400m large; mkfs.ext4 -q image; mkfs.xfs -q large
            mount -o loop image disk; mount -o loop large src; trap 'umount -l disk src' EXIT
            for i in $(seq 40); do echo $i > src/f$i; done
            setfattr -n user.big -v "$(head -c 9000 /dev/zero | tr '\0' x)" src/f7; setfattr -n user.small -v 1 src/f7
            copy -a src disk/a; diff -r src disk/a; copy -a -Z src disk/a; diff -r src disk/a/src
            getfattr --absolute-names -n user.small --only-values disk/a/f7
            """)).Is(0).Prints("1\n1\n1").Says("disk/a/f7: the attribute user.big of 9000 bytes cannot be kept: no space left on device");

    [Case(Needs.Mount, Needs.Loop, "mkfs.xfs", "setfattr")]
    public async Task Attributes_of_more_than_an_entry_holds_are_named_and_the_file_is_there() =>
        (await RunWithMounts(Words + """
            mkdir src; truncate -s 400m large; mkfs.xfs -q large; mount -o loop large src; trap 'umount -l src' EXIT
            echo x > src/f; echo y > src/g; mkdir src/d
            set_large() { head -c 40000 /dev/zero | tr '\0' x > value; { echo "# file: $1"; printf 'user.big="'; cat value; echo '"'; } | setfattr --restore=-; }
            set_large src/f; set_large src/d; setfattr -n user.small -v 1 src/f
            copy -a src t; diff -r src t; getfattr --absolute-names -n user.small --only-values t/f
            mkdir lone; echo; copy -a -D there "h:$PWD/src/f" lone/new; copy -a -D there "h:$PWD/src/f" lone; copy -a src/f lone/g; copy -a -D there "h:$PWD/src/f" "g:$PWD/lone/h"
            for one in new f g h; do cmp src/f lone/$one; done; getfattr --absolute-names -n user.small --only-values lone/new
            """)).Is(0).Prints("1\n1\n1\n1\n1\n1\n1").Says("src/f: the attribute user.big of 40000 bytes cannot be kept", "src/d: the attribute user.big of 40000 bytes cannot be kept");

    [Case(Needs.Mount, Needs.Loop, "mkfs.xfs", "setfattr")]
    public async Task Such_an_attribute_is_no_secret_to_a_comparison() =>
        (await RunWithMounts(Words + """
            mkdir src; truncate -s 400m large; mkfs.xfs -q large; mount -o loop large src; trap 'umount -l src' EXIT
            mkdir src/from; echo x > src/from/f; echo y > src/from/g
            set_large() { head -c 40000 /dev/zero | tr '\0' $2 > value; { echo "# file: $1"; printf 'user.big="'; cat value; echo '"'; } | setfattr --restore=-; }
            set_large src/from/f x; copy -a src/from src/to
            copy -a --verify src/from/. src/to; copy -aZ --dry-run src/from/. src/to
            set_large src/to/f y; copy -a --verify src/from/. src/to
            set_large src/to/f x; copy -a --verify src/from/. src/to
            """)).Is(0).Prints("1\nf: differs in attributes\n1\nwould set attributes of f\n1\nf: differs in attributes\n1\n0\n")
            .Says("src/from/f: the attribute user.big of 40000 bytes cannot be kept");

    [Case(Needs.Mount, Needs.Loop, "mkfs.ext4", "mkfs.xfs", "setfattr")]
    public async Task Nor_is_one_that_the_target_has_no_room_for() =>
        (await RunWithMounts(Words + """
            mkdir src disk; truncate -s 64m image; truncate -s 400m large; mkfs.ext4 -q image; mkfs.xfs -q large
            mount -o loop image disk; mount -o loop large src; trap 'umount -l disk src' EXIT
            mkdir src/d; echo x > src/d/f; setfattr -n user.big -v "$(head -c 9000 /dev/zero | tr '\0' x)" src/d/f
            copy -a src/d disk/a; copy -a --verify src/d/. disk/a
            """)).Is(0).Prints("1\nf: differs in attributes\n1\n");

    [Cases(Needs.Fuse, Needs.Root, "setfattr", "setfacl")]
    [InlineData("ytar -e local src \"h:$PWD/disk/t\"")]
    [InlineData("tar -cf - --xattrs --acls --format=posix -C src . | yarchive put a; yarchive get --tree disk/t a")]
    public async Task A_tar_too_stores_what_there_is_room_for_and_names_the_rest(string command) =>
        (await RunWithMounts(Words + $$"""
            poor noattr noowner nomode noomit
            mkdir -p src/d; echo x > src/f; echo y > src/d/g; chown 1234 src/f; chmod 751 src/d; setfattr -n user.x -v 1 src/f; setfacl -m u:1234:rw src/d/g
            for round in new old; do {{command}}; echo $?; diff -r src disk/t; done
            """)).Is(0).Prints("1\n1\n").Says("./f: Cannot change ownership to uid 1234", "Cannot set 'user.x' extended attribute for file './f'");

    [Case(Needs.Root, Needs.Fuse)]
    public async Task A_tar_that_lacks_data_too_puts_nothing_in_place() =>
        (await RunWithMounts(Words + """
            poor noowner nolink
            mkdir src; echo x > src/f; ln src/f src/g; chown 1234 src/f
            ytar -e local src "h:$PWD/disk/t"; echo $?; ls disk
            """)).Is(0).Prints("8\n").Says("Cannot hard link");

    [Case(Needs.Root, "setcap", "setpriv")]
    public async Task A_user_gets_a_file_with_capabilities_without_them_and_without_a_word() =>
        (await RunTree("""
            set -e
            mkdir -m 777 target; mkdir source; echo x > source/f; chmod 755 source/f; setcap cap_net_raw+ep source/f
            export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups yscp -a source target
            cmp source/f target/source/f; getcap target/source/f
            """)).Is(0).Prints("");

    [Case(Needs.Fuse, Needs.Root, "setfattr", "setfacl")]
    public async Task Owners_attributes_and_modes_are_named_and_the_rest_is_kept() =>
        (await RunWithMounts(Words + """
            poor noattr noowner nomode
            mkdir -p src/d; echo x > src/f; echo y > src/d/g; head -c 9000000 /dev/urandom > src/large; echo z > src/l
            setfattr -n user.x -v 1 src/f; setfacl -m u:1234:rw src/l; chown 1234 src/large; chown 1234 src/d; ln -s f src/link; chown -h 1234 src/link
            chmod 640 src/*; chmod 755 src/d; touch -hd 2001-02-03 src/* src/d/g
            copy -a src disk/t
            diff -r src disk/t; stat -c %Y disk/t/* | sort -u | wc -l
            """)).Is(0).Prints("1\n1\n").Says(
            "disk/t/f: the attribute user.x cannot be kept: operation not supported",
            "disk/t/l: the access control list cannot be kept: operation not supported",
            "disk/t/large: the owner cannot be kept: operation not permitted",
            "disk/t/d: the owner cannot be kept: operation not permitted",
            "disk/t/link: the owner cannot be kept: operation not permitted",
            "disk/t/f: the permissions cannot be kept: operation not permitted");

    [Case(Needs.Fuse, Needs.Root, "setfacl")]
    public async Task Without_access_control_lists_the_group_gets_no_more_than_by_the_list() =>
        (await RunWithMounts(Words + """
            poor noattr
            mkdir src; echo x > src/f; chmod 640 src/f; setfacl -m u:1234:rw src/f; stat -c %a src/f
            copy -a src disk/t; stat -c %a disk/t/f
            """)).Is(0).Prints("660\n1\n640\n").Says("disk/t/f: the access control list cannot be kept");

    [Case(Needs.Fuse)]
    public async Task Links_and_fifos_that_cannot_be_made_are_named_and_a_hard_link_becomes_a_copy() =>
        (await RunWithMounts(Words + """
            poor nolink
            mkdir src; echo x > src/f; ln src/f src/g; head -c 3000000 /dev/urandom > src/h; ln src/h src/i; ln -s f src/s; mkfifo src/p
            touch -d 2001-02-03 src/?
            copy -a src disk/t
            for f in f g h i; do cmp src/$f disk/t/$f; stat -c %Y disk/t/$f; done | sort -u | wc -l; ls disk/t
            copy -a src/. disk/t; cmp src/i disk/t/i
            """)).Is(0).Prints("1\n1\nf\ng\nh\ni\n1\n").Says(
            "disk/t/s: the symbolic link cannot be made: operation not permitted", "disk/t/p: the fifo cannot be made: operation not permitted",
            "the hard link cannot be made: operation not permitted; it is a copy");

    [Case(Needs.Fuse)]
    public async Task Times_are_kept_where_the_time_of_access_cannot_be_left_out() =>
        (await RunWithMounts(Words + """
            poor noomit
            mkdir -p src/d; echo x > src/f; head -c 9000000 /dev/urandom > src/large; ln -s f src/link; touch -hd 2001-02-03 src/f src/large src/link; touch -d 2002-03-04 src/d src
            copy -p -r src disk/p; copy -a src disk/a
            for t in p a; do diff <(cd src; stat -c '%n %Y' . f large d) <(cd disk/$t; stat -c '%n %Y' . f large d); done
            stat -c %Y src/link disk/a/link | uniq | wc -l
            """)).Is(0).Prints("0\n0\n1\n");

    [Case(Needs.Fuse)]
    public async Task Plain_copies_need_neither_owners_nor_modes() =>
        (await RunWithMounts(Words + """
            poor noattr noowner nomode noomit nolock nolink
            echo x > f; chmod 755 f
            copy f disk/f; copy f disk/f; dmscp -w $FAR -d "$PWD/disk" -f g -l f; dmscp -w $FAR -d "$PWD/disk" -f g -l f; dmscp -w $FAR -T 5 -d "$PWD/disk" -f g -l f
            mkdir d; cp f d; copy -r d disk/d; cmp f disk/f; cmp f disk/g; cmp f disk/d/f; ls -A disk
            """)).Is(0).Prints("0\n0\n0\nd\nf\ng\n");

    [Case(Needs.Fuse)]
    public async Task Of_names_that_are_one_to_the_file_system_none_is_lost_without_a_word() =>
        (await RunWithMounts(Words + """
            poor nocase
            mkdir -p src/D src/d; echo upper > src/READ; echo lower > src/read; echo D > src/D/x; echo d > src/d/y
            head -c 9000000 /dev/zero > src/LARGE; head -c 9000001 /dev/zero > src/large; ln -s 1 src/L; ln -s 2 src/l
            for again in 1 2; do copy -a src/. disk/t; ls -A disk/t | tr A-Z a-z | sort | tr '\n' ' '; ls disk/t/d | tr '\n' ' '; done
            rm disk/t/read; copy -r src/READ disk/t; copy -r src/read disk/t; cat disk/t/read
            """)).Is(0).Says("which its file system takes for the same", "disk/t/d", "is one directory with disk/t/")
            .Prints("1\nd l large read x y 1\nd l large read x y 0\n1\nupper\n");

    [Cases(Needs.Fuse)]
    [InlineData("ytar -e local src \"h:$PWD/disk/t\"")]
    [InlineData("ytar -e local \"h:$PWD/src\" disk/t")]
    [InlineData("tar -cf - -C src . | yarchive put -q a; yarchive get -q --tree disk/t a; status=$?; rm a.*; (exit $status)")]
    public async Task Nor_by_a_tar(string command) =>
        (await RunWithMounts(Words + $$"""
            poor nocase
            mkdir -p src/Dir src/dir src/K; echo K > src/K/f; echo k > src/k; echo upper > src/READ; echo lower > src/read; echo a > src/Dir/a; echo b > src/dir/b; ln -s x src/l; mkfifo src/L
            for round in new old; do {{command}}; echo $?; (cd disk/t; ls | tr A-Z a-z | sort; cat dir/a dir/b); done
            """)).Is(0).Prints(Twice("1\ndir\nk\nl\nread\na\nb\n")).Says(": File exists");

    [Case(Needs.Fuse, "bsdtar")]
    public async Task Of_a_bsdtar_it_is_said_that_it_names_none() =>
        (await RunWithMounts(Words + """
            poor nocase
            mkdir -p bin src; ln -s "$(type -P bsdtar)" bin/tar; echo upper > src/READ; echo lower > src/read
            PATH=$PWD/bin:$PATH ytar -e local src "h:$PWD/disk/t"; echo $?; ls disk/t | tr A-Z a-z
            mkdir plain; PATH=$PWD/bin:$PATH ytar -e local src "h:$PWD/plain/t"; echo $?; ls plain/t
            """)).Is(0).Prints("1\nread\n0\nREAD\nread\n").Says("bsdtar does not name the members that it left out");

    private static string Twice(string text) => text + text;

    [Case(Needs.Fuse)]
    public async Task What_the_source_spells_otherwise_is_not_deleted() =>
        (await RunWithMounts(Words + """
            poor nocase
            mkdir -p src/docs disk/t/Docs disk/t/gone; echo new > src/docs/f; echo old > disk/t/Docs/f; echo old > disk/t/other; echo a > src/file
            copy -r --delete src/. disk/t; ls -A disk/t; cat disk/t/docs/f
            """)).Is(0).Prints("0\nDocs\nfile\nnew\n");

    [Cases("strace")]
    [InlineData("ENOSYS")]
    [InlineData("ENOLCK")]
    [InlineData("EOPNOTSUPP")]
    public async Task Without_locks_a_large_file_leaves_nothing_beside_it(string error) =>
        (await Run($$"""
            set -e
            mkdir src t; head -c 9000000 /dev/urandom > src/f
            locks="strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error={{error}}"
            $locks yscp -D x -r src "h:$PWD/t"; ls -A t/src
            : > t/src/.f.pipe-part
            $locks yscp -D x -rZ src "h:$PWD/t"; cmp src/f t/src/f; rm t/src/.f.pipe-part; ls -A t/src
            """)).Is(0).Prints("f\nf\n");

    [Cases("strace")]
    [InlineData("ENOSYS")]
    [InlineData("ENOLCK")]
    [InlineData("EOPNOTSUPP")]
    public async Task Without_locks_a_copy_that_is_to_go_on_sends_all(string error) =>
        (await Run($$"""
            set -e
            exec 2> said
            mkdir t; head -c 3000000 /dev/urandom > f; printf left > t/.g.pipe-part
            locks="strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error={{error}}"
            $locks dmscp -w $FAR -resume -d "$PWD/t" -f f -l f; $locks dmscp -w $FAR -resume -d "$PWD/t" -f g -l f; $locks dmscp -r $FAR -resume -d "$PWD" -f f -l t/h
            $locks dmscp -w $FAR -resume -d "$PWD/t" -f f -l f
            for one in f g h; do cmp f t/$one; done
            ls -A t; cat t/.g.pipe-part said; rm t/.g.pipe-part
            """)).Is(0).Prints(".g.pipe-part\nf\ng\nh\nleft");

    [Cases("strace")]
    [InlineData("ENOSYS")]
    [InlineData("ENOLCK")]
    [InlineData("EOPNOTSUPP")]
    public async Task Nor_has_a_tar_a_word_to_say_of_that(string error) =>
        (await Run($$"""
            exec 2> said
            mkdir -p src t/old; echo x > src/f
            locks="strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error={{error}}"
            for round in new old; do $locks ytar -q -e local src "h:$PWD/t/tree"; echo $?; done
            $locks yarchive -q -e local put --tree src "h:$PWD/a"; $locks yarchive -q -e local get --tree t/again "h:$PWD/a"; echo $?
            ls -A t; cat said
            """)).Is(0).Prints("0\n0\n0\nagain\nold\ntree\n");

    [Case(Needs.Fuse)]
    public async Task Nor_does_one_on_a_file_system_without_them() =>
        (await RunWithMounts(Words + """
            poor nolock
            mkdir src; head -c 9000000 /dev/urandom > src/f; copy -r src disk/t; copy -rZ src/. disk/t; ls -A disk/t
            head -c 9000000 src/f | dmscp -w $FAR -d "$PWD/disk/t" -f g; ls -A disk/t
            """)).Is(0).Prints("0\n0\nf\nf\ng\n");

    [Case(Needs.Fuse)]
    public async Task An_archive_needs_no_locks() =>
        (await RunWithMounts(Words + """
            set -e
            poor nolock noowner nomode noattr noomit
            echo x > f; yarchive -e local put "h:$PWD/disk/a" < f; yarchive -e local get "h:$PWD/disk/a"; yarchive -e local verify "h:$PWD/disk/a" > /dev/null
            yarchive -e local ls "h:$PWD/disk" | grep -c writing || true; yarchive -e local rm "h:$PWD/disk/a"; ls -A disk
            """)).Is(0).Prints("x\n0\n");

    [Case("strace")]
    public async Task No_message_names_a_temporary_file() =>
        (await Run("""
            mkdir src t; echo x > src/f; ln -s f src/l; head -c 9000000 /dev/urandom > src/large
            fail() { strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:error=EIO:when=$2" "${@:3}" 2>> said; echo $? >> status; }
            for call in renameat2 renameat linkat fsync ftruncate symlinkat; do
              fail $call 1+ yscp -a src t; fail $call 1+ dmscp -w $FAR -d "$PWD/t" -f new -l src/f
              fail $call 1+ dmscp -w $FAR -T 5 -d "$PWD/t" -f newer -l src/f; rm -rf t/*
            done
            grep '\.pipe-' said; grep -c input/output said > count; test "$(cat count)" -gt 10; echo $?
            find . -name '.*pipe-*' -delete
            """)).Is(0).Prints("0\n");
}
