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

    [Case(Needs.Mount)]
    public async Task Of_a_file_that_is_mounted_too() =>
        (await RunWithMounts(Functions + """
            mkdir -p source target/source/gone; echo new > source/f; echo same > source/same; echo old > mounted; echo same > other
            touch target/source/{f,same,m,gone/m,gone/x}; touch -r source/same other; touch -r source target/source
            mount --bind mounted target/source/f; mount --bind other target/source/same; for m in m gone/m; do mount --bind mounted target/source/$m; done
            dry -rpZ --exclude f --one-file-system --delete; copy -rpZ --exclude f --one-file-system --delete; (cd target/source; find . | LC_ALL=C sort)
            dry -rpZ --exclude f --delete
            dry -rpZ; copy -rpZ; cat target/source/f
            """)).Is(0).Says("m: is a mount point at the target, and would not be removed", "target/source/f: device or resource busy").Prints("""
            status 0
            would remove source/gone/x
            status 0
            .
            ./f
            ./gone
            ./gone/m
            ./m
            ./same
            status 1
            could not replace source/f
            status 1
            status 1
            old

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

    /// <summary>A pattern with a slash fits the path below the source; for a removal too, whatever the source is called.</summary>
    [Cases]
    [InlineData("source", "source/x", "")]
    [InlineData("source", "x", "source/d/x source/x", "source/d/y source/y")]
    [InlineData("source", "d/x", "source/d/x", "source/d/y source/x source/y")]
    [InlineData("source", "/x", "source/x", "source/d/x source/d/y source/y")]
    [InlineData("source", "/d", "source/d/x source/d/y", "source/x source/y")]
    [InlineData("source/.", "/d", "d/x d/y", "x y")]
    [InlineData("source/.", "d/x", "d/x", "d/y x y")]
    [InlineData("source/.", "/x", "x", "d/x d/y y")]
    [InlineData("source/.", "source/x", "", "d/x d/y x y")]
    public async Task What_is_excluded_is_the_same_in_all(string source, string pattern, string kept, string removed = "source/d/x source/d/y source/x source/y") =>
        (await Run($"source='{source}' pattern='{pattern}' kept='{kept}' removed='{removed}'\n" + """
            mkdir -p source/d target/source/d; touch source/same; touch -r source/same target/source/same
            cp -a source/same target/source/; touch target/source/{x,y,d/x,d/y}; [ "$source" = source ] || { mv target/source/* target; rmdir target/source; }
            run() { yscp -q "$@" -D there "$source" "localhost:$PWD/target"; }
            run -rZ --delete --exclude "$pattern" --dry-run | sed -n 's/^would remove //p' | LC_ALL=C sort | tr '\n' ' ' > dry
            run -r --verify --exclude "$pattern" | sed -n 's/: is only at the target$//p' | LC_ALL=C sort | tr '\n' ' ' > verify
            (cd target; find . -type f -printf '%P\n' | LC_ALL=C sort) > before
            run -r --delete --exclude "$pattern" || exit 1
            (cd target; find . -type f -printf '%P\n' | LC_ALL=C sort) > after; comm -23 before after | tr '\n' ' ' > real
            for one in dry verify real; do echo "$removed" | tr -d '\n' | sed 's/$/ /' | cmp - $one || cat $one; done
            for one in $kept; do test -e target/$one || echo "$one is gone"; done
            """)).Is(0).Prints("");

    /// <summary>Where the members of one source lie in the target itself a path may be below it or below another source: left out by either it stays.</summary>
    [Cases]
    [InlineData("x", "b/z")]
    [InlineData("/x", "b/z")]
    [InlineData("b/x", "b/z")]
    [InlineData("b/z", "b/x")]
    [InlineData("/d", "b/z")]
    public async Task What_is_excluded_below_one_of_several_sources_is_not_removed(string pattern, string removed) =>
        (await Run($"pattern='{pattern}'\n" + """
            mkdir -p a b target/b; touch a/x b/y target/b/{x,y,z} target/x; [ $pattern != /d ] || { rm target/b/x; mkdir target/b/d; touch target/b/d/q; }
            run() { yscp -q "$@" -D there a/. b "localhost:$PWD/target"; }
            run -rZ --delete --exclude "$pattern" --dry-run | sed -n 's/^would remove //p'
            (cd target; find . -type f -printf '%P\n' | LC_ALL=C sort) > before; run -r --delete --exclude "$pattern"
            (cd target; find . -type f -printf '%P\n' | LC_ALL=C sort) > after; comm -23 before after
            """)).Is(0).Prints($"{removed}\n{removed}\n");

    [Case]
    public async Task It_says_what_cannot_be_replaced_and_that_nothing_is_removed() =>
        (await Run(Functions + """
            mkdir -p source/d/e source/same target/source/f target/source/l target/source/same; for f in f d/a d/e/b g; do echo $f > source/$f; done
            ln -s g source/l; mkfifo source/p; mkdir target/source/p; echo x > target/source/d; echo y > target/source/extra; echo z > target/source/f/z
            touch -r source/same target/source/same; touch -d 2001-01-01 target/source
            dry -a --delete
            copy -a --delete
            (cd target; find . -type f -o -name p | LC_ALL=C sort)
            copy -a --verify | LC_ALL=C sort | head -4
            """)).Is(0).Says("nothing would be removed: not all of the source could be read, or not all of it written", "nothing is deleted").Prints("""
            could not replace source/d
            could not replace source/f
            could not replace source/l
            could not replace source/p
            status 1
            would copy source/g
            would set time of source
            status 1
            ./source/d
            ./source/extra
            ./source/f/z
            ./source/g
            ./source/p
            source/d: differs at the target
            source/extra: is only at the target
            source/f/z: is only at the target
            source/f: differs at the target

            """);

    /// <summary>Between two hosts, in both directions, it reports the same; a file name that cannot be created is a failure before the removal too.</summary>
    [Cases]
    [InlineData("localhost:$PWD/source", "$PWD/target")]
    [InlineData("localhost:$PWD/source", "other:$PWD/target")]
    [InlineData("$PWD/source", "localhost:$PWD/target")]
    public async Task A_name_of_a_file_that_cannot_be_made_is_such_a_failure(string source, string target) =>
        (await Run($$"""
            mkdir -p source target/source; echo x > source/a; ln source/a source/b; mkdir target/source/{a,b}; touch target/source/extra
            yscp -q -a --delete --dry-run -D there "{{source}}" "{{target}}" | grep -v set | LC_ALL=C sort; yscp -q -a --delete -D there "{{source}}" "{{target}}"; echo $?
            for one in a b; do rm -rf target/source/[ab]; mkdir target/source/$one; yscp -q -a --delete -D there "{{source}}" "{{target}}"; echo $?; done
            ls target/source/extra
            """)).Is(0).Says("nothing would be removed", "nothing is deleted").Prints("could not replace source/a\ncould not replace source/b\n1\n1\n1\ntarget/source/extra\n");

    [Case]
    public async Task A_symbolic_link_of_the_target_to_a_directory_is_that_directory() =>
        (await Run(Functions + """
            mkdir -p source/d target/source/elsewhere outside; echo a > source/d/a; echo b > target/source/elsewhere/b; echo c > target/source/c; ln -s elsewhere target/source/d
            chmod 700 target/source/elsewhere; chmod 750 source/d; touch -d 2001-01-01 source/d target/source/elsewhere source target/source
            dry -rp --delete --exclude elsewhere
            copy -rp --delete --exclude elsewhere; ls target/source; ls target/source/elsewhere; stat -c %a target/source/elsewhere
            mkdir source/out; echo x > source/out/x; ln -s ../../outside target/source/out
            dry -r --exclude elsewhere | grep -v replace.*/a; copy -r --exclude elsewhere; ls outside
            """)).Is(0).Says("source/d: reached by a symbolic link at the target: nothing would be removed there", "target/source/d: reached by a symbolic link", "invalid cross-device link").Prints("""
            status 1
            would copy source/d/a
            would remove source/c
            would set mode of source/d
            status 1
            d
            elsewhere
            a
            b
            750
            could not replace source/out
            status 1
            would copy source/d/a
            status 1

            """);

    [Case]
    public async Task Links_that_are_files_of_their_own_on_the_other_side_are_seen() =>
        (await Run(Functions + """
            mkdir source target; for f in a c e; do head -c 1500000 /dev/zero | tr '\0' $f > source/$f; done; ln source/a source/b; cp -a source/c source/d; ln source/e source/outside; touch -r source/e source
            copy -a
            copy -a --verify; dry -a -Z
            ln -f source/e elsewhere; rm target/source/b; cp -a target/source/a target/source/b; ln -f target/source/c target/source/d
            touch -r source target/source
            copy -a --verify | sed 's/[abcd]:/X:/'; dry -a -Z | sed 's/[abcd]$/X/'; dry -a --quick | sed 's/[abcd]$/X/'; copy -rp --verify
            copy -a -Z; copy -a --verify
            cd target/source; test a -ef b && ! test c -ef d
            """)).Is(0).Prints("""
            status 0
            status 0
            status 0
            source/X: differs in links
            source/X: differs in links
            status 1
            status 0
            would set links of source/X
            would set links of source/X
            status 0
            would set links of source/X
            would set links of source/X
            status 0
            status 0
            status 0

            """);

    [Case(Needs.Root, "setcap", "setfattr")]
    public async Task Attributes_that_only_root_may_set_are_seen() =>
        (await Run(Functions + """
            mkdir source target; for f in capability trusted same; do echo $f > source/$f; chmod 755 source/$f; done; copy -a
            setcap cap_net_raw+ep source/capability; setfattr -n trusted.x -v 1 source/trusted
            copy -a --verify | LC_ALL=C sort; dry -a -Z; copy -a -Z; copy -a --verify; getcap target/source/capability
            """)).Is(0).Prints("""
            status 0
            source/capability: differs in attributes
            source/trusted: differs in attributes
            status 1
            status 0
            would set attributes of source/capability
            would set attributes of source/trusted
            status 0
            status 0
            target/source/capability cap_net_raw=ep

            """);

    [Case(Needs.Root, "setpriv")]
    public async Task It_removes_nothing_where_a_copy_would_not() =>
        (await Run(Functions + """
            mkdir -p source target/source; echo x > source/closed; chmod 600 source/closed; touch target/source/old; chmod 755 source; export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f copy); copy -r --delete --dry-run"
            """)).Is(0).Prints("status 1\n").Says("nothing would be removed");
}
