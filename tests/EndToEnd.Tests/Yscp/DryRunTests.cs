namespace EndToEnd.Tests.Yscp;

/// <summary>A dry run says what a copy does, no more and no less; a comparison with -a and -p sees what these set.</summary>
public sealed class DryRunTests : CopyTest
{
    private const string Functions = """
        copy() { yscp -q "$@" -D there source "localhost:$PWD/target"; echo "status $?"; }
        dry() { copy "$@" --dry-run | LC_ALL=C sort; }

        """;

    [Case]
    public async Task It_names_what_would_be_copied_replaced_set_and_removed() =>
        (await Run(Functions + """
            mkdir -p source/d target; for f in same mode time both content new big; do echo $f > source/$f; done; head -c 3000000 /dev/zero > source/big
            touch -d 2001-01-01 source/*; copy -a
            chmod 600 target/source/mode target/source/big; touch -d 2002-02-02 target/source/time; rm target/source/new
            chmod 640 target/source/both; touch -d 2003-03-03 target/source/both; chmod 700 target/source/d
            echo other > target/source/content; mkdir target/source/gone; echo x > target/source/gone/x; touch -r source target/source
            dry -a -Z --delete
            dry -a -Z
            """)).Is(0).Prints("""
            status 0
            status 0
            would copy source/new
            would remove source/gone
            would remove source/gone/x
            would replace source/content
            would set mode and time of source/both
            would set mode of source/big
            would set mode of source/d
            would set mode of source/mode
            would set time of source/time
            status 0
            would copy source/new
            would replace source/content
            would set mode and time of source/both
            would set mode of source/big
            would set mode of source/d
            would set mode of source/mode
            would set time of source/time

            """);

    [Case(Needs.Root, "setfattr")]
    public async Task A_comparison_with_a_sees_owners_and_attributes_and_one_without_sees_contents() =>
        (await Run(Functions + """
            mkdir source target; for f in same owner attribute link; do echo $f > source/$f; done; ln -sf nowhere source/link
            setfattr -n user.a -v 1 source/same; setfattr -n user.b -v 2 source/same; setfattr -n user.a -v 1 source/attribute
            copy -a
            copy -a --verify
            chown 1234 target/source/owner; setfattr -n user.a -v 2 target/source/attribute; touch -h -d 2001-01-01 target/source/link
            copy -a --verify | LC_ALL=C sort
            chmod 600 target/source/same
            copy -r --verify --exclude link
            copy -rp --verify --exclude link
            """)).Is(0).Prints("""
            status 0
            status 0
            source/attribute: differs in attributes
            source/link: differs in time
            source/owner: differs in owner
            status 1
            status 0
            source/same: differs in mode
            status 1

            """);

    [Case(Needs.Mount)]
    public async Task It_says_of_mount_points_what_a_copy_does() =>
        (await RunWithMounts(Functions + """
            mkdir -p source/disk target/source/disk target/source/mine target/source/old; mount -t tmpfs none source/disk; mount -t tmpfs none target/source/mine
            touch source/disk/a target/source/disk/b target/source/mine/c target/source/old/d; touch -r source target/source
            dry -r --one-file-system --delete
            dry -r --delete
            """)).Is(0).Prints("""
            status 0
            would remove source/old
            would remove source/old/d
            status 1
            would copy source/disk/a
            would remove source/disk/b
            would remove source/old
            would remove source/old/d

            """);

    [Case]
    public async Task A_directory_that_holds_what_is_excluded_stays_in_both() =>
        (await Run(Functions + """
            mkdir -p source target/source/gone/deep/er target/source/gone/empty target/source/all; touch target/source/gone/deep/er/kept.o target/source/gone/{a,deep/b} target/source/all/c
            touch source/same; touch -r source/same target/source/same; cp -a source/same target/source/
            dry -r --delete --exclude '*.o' | sed -n 's/^would remove //p' > said; cat said
            (cd target; find source -mindepth 1 | LC_ALL=C sort) > before
            copy -r --delete --exclude '*.o'
            (cd target; find source -mindepth 1 | LC_ALL=C sort) > after; comm -23 before after | diff said -
            """)).Is(0).Prints("""
            source/all
            source/all/c
            source/gone/a
            source/gone/deep/b
            source/gone/empty
            status 0

            """);

    [Case(Needs.Root, "setpriv")]
    public async Task It_removes_nothing_where_a_copy_would_not() =>
        (await Run(Functions + """
            mkdir -p source target/source; echo x > source/closed; chmod 600 source/closed; touch target/source/old; chmod 755 source; export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f copy); copy -r --delete --dry-run"
            """)).Is(0).Prints("status 1\n").Says("nothing would be removed");
}
