namespace EndToEnd.Tests.Trees;

/// <summary>What is at the target already.</summary>
public sealed class TargetTests : TreeTest
{
    [Cases]
    [BothWays]
    public async Task A_file_is_replaced_and_keeps_its_mode(Far far) =>
        (await RunTree("""
            set -e
            umask 022
            mkdir -p source target/source
            echo new > source/f; chmod 604 source/f; echo old > target/source/f; chmod 640 target/source/f
            echo new > source/r; chmod 644 source/r; echo old > target/source/r; chmod 400 target/source/r
            head -c 3000000 /dev/zero > source/big; echo old > target/source/big; chmod 606 target/source/big
            tree -w -recurse -l source -f "$PWD/target"
            diff -r source target/source
            stat -c %a target/source/f target/source/r target/source/big
            """, far)).Is(0).Prints("640\n400\n606\n");

    [Cases]
    [BothWays]
    public async Task A_symbolic_link_in_the_way_is_replaced_not_followed(Far far) =>
        (await RunTree("""
            set -e
            mkdir -p source target/source; echo keep > outside
            echo new > source/f; ln -s "$PWD/outside" target/source/f
            echo new > source/g; ln -s nowhere target/source/g
            head -c 9000000 /dev/zero > source/big; ln -s "$PWD/outside" target/source/big
            head -c 9000000 /dev/zero > source/big2; ln -s "$PWD/outside" target/source/.big2.pipe-part || true
            tree -w -recurse -l source -f "$PWD/target" || true
            cat outside; test ! -e nowhere -a ! -e target/source/nowhere
            test ! -L target/source/f -a ! -L target/source/g -a ! -L target/source/big
            cat target/source/f target/source/g; rm -f target/source/.big2.pipe-part
            """, far)).Is(0).Prints("keep\nnew\nnew\n");

    [Cases]
    [BothWays]
    public async Task A_directory_that_is_a_link_out_of_the_target_is_not_entered(Far far) =>
        (await RunTree("""
            mkdir -p source/d target/source outside; echo new > source/d/f; echo other > source/g
            ln -s ../../outside target/source/d
            tree -w -recurse -preserve -l source -f "$PWD/target"; echo $?
            ls outside; cat target/source/g
            """, far)).Prints("1\nother\n").Says("target/source/d");

    [Cases]
    [BothWays]
    public async Task What_is_of_another_kind_is_named_and_stays(Far far) =>
        (await RunTree("""
            mkdir -p source/d target/source/f; echo x > source/f; echo y > source/d/g; echo z > source/h
            echo file > target/source/d; echo inside > target/source/f/inside
            tree -w -recurse -preserve -l source -f "$PWD/target"; echo $?
            cat target/source/d target/source/f/inside target/source/h
            """, far)).Prints("1\nfile\ninside\nz\n").Says("target/source/d", "target/source/f");

    [Case(Needs.Root, "setpriv")]
    public async Task Members_that_cannot_be_read_are_named_and_the_rest_is_there() =>
        (await RunTree("""
            mkdir -p source/open source/closed source/half target; chmod 777 target
            echo x > source/open/f; echo y > source/secret; echo z > source/closed/g; echo w > source/h
            head -c 3000000 /dev/zero > source/big; chmod 600 source/secret source/big; chmod 700 source/closed
            echo v > source/half/v; chmod 744 source/half
            export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree); tree -w -recurse -preserve -l source -f \"$PWD/target\""; echo $?
            (cd target/source; find . -type f | LC_ALL=C sort)
            """)).Prints("1\n./h\n./open/f\n")
            .Says("source/secret: permission denied", "source/closed: permission denied", "source/big: permission denied", "source/half");

    [Case(Needs.Root, "setpriv")]
    public async Task A_directory_that_may_be_entered_and_not_read_gives_and_takes_files() =>
        (await RunTree("""
            mkdir -p source box many target; chmod 777 target; echo x > source/f; chmod 711 source; chmod 733 box
            for i in $(seq 40); do echo $i > many/$i; done; chmod 755 many many/*
            export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree); tree -w -l source/f -f \"$PWD/target\""; echo $?
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree); tree -w -l target/f -f \"$PWD/box\""; echo $?
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree); tree -w -recurse -l many -f \"$PWD/box\""; echo $?
            cat target/f box/f; diff -r many box/many
            """)).Is(0).Prints("0\n0\n0\nx\nx\n");

    [Case(Needs.Root, "rsync", "setfattr", "setfacl")]
    public async Task What_the_source_has_no_more_is_taken_from_what_is_there() =>
        (await RunTree("""
            set -e
            mkdir -p source/d target; echo a > source/f; echo b > source/g; echo c > source/d/c
            setfattr -n user.x -v 1 source/f; setfattr -n user.y -v 1 source/d; setfacl -m u:1234:rw source/g; setfacl -d -m u:1234:rwx source/d
            tree -w -recurse -preserve -all -l source -f "$PWD/target"
            differences source target/source
            setfattr -x user.x source/f; setfattr -n user.z -v 2 source/f; setfattr -x user.y source/d; setfacl -b source/g source/d
            tree -w -recurse -preserve -all -resume -l source -f "$PWD/target"
            differences source target/source
            mkdir heir; setfacl -d -m u:1234:rwx heir
            tree -w -recurse -preserve -all -l source -f "$PWD/heir"
            differences source heir/source
            """)).Is(0).Prints("");

    [Case("rsync")]
    public async Task Two_files_that_are_one_at_the_target_become_two() =>
        (await RunTree("""
            set -e
            mkdir source target; echo a > source/a; ln source/a source/b; ln source/a source/c; head -c 20000000 /dev/urandom > source/big; ln source/big source/big2
            tree -w -recurse -preserve -all -l source -f "$PWD/target"
            for name in b big2; do cp source/$name new; mv new source/$name; touch -d 2001-02-03 source/$name; chmod 600 source/$name; done
            tree -w -recurse -preserve -all -resume -l source -f "$PWD/target"
            differences source target/source
            stat -c '%n %h %a' target/source/*
            """)).Is(0).Prints("target/source/a 2 644\ntarget/source/b 1 600\ntarget/source/big 1 644\ntarget/source/big2 1 600\ntarget/source/c 2 644\n");

    [Case(Needs.Root, "setpriv")]
    public async Task Members_that_cannot_be_written_are_named_and_the_rest_is_there() =>
        (await RunTree("""
            mkdir -p source/d source/e target/source/d; chmod 777 target target/source; chmod 755 target/source/d
            echo x > source/d/f; echo y > source/e/g; echo z > source/h
            export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$(declare -f tree); tree -w -recurse -l source -f \"$PWD/target\""; echo $?
            (cd target/source; find . -type f | LC_ALL=C sort)
            """)).Prints("1\n./e/g\n./h\n").Says("target/source/d");

    [Cases]
    [BothWays]
    public async Task What_an_unfinished_copy_has_left_in_the_source_is_not_taken_for_a_part_of_this_one(Far far)
    {
        MayLeaveTemporaryFiles = true;
        (await RunTree("""
            mkdir source target
            for i in $(seq 8); do head -c 9000000 /dev/urandom > source/f$i; echo "part $i" > source/.f$i.pipe-part; done
            echo alone > source/.other.pipe-part
            tree -w -recurse -preserve -l source -f "$PWD/target"; echo $?
            tree -w -recurse -preserve -resume -l source -f "$PWD/target"; echo $?
            rm source/.f?.pipe-part
            diff -r source target/source
            """, far)).Is(0).Prints("1\n1\n").Says("source/.f1.pipe-part: left over from an unfinished copy, not copied");
    }

    [Case(Needs.Root)]
    public async Task A_half_copy_that_somebody_else_has_laid_there_is_not_written_into()
    {
        MayLeaveTemporaryFiles = true;
        (await RunTree("""
            mkdir -p source target/source; head -c 9000000 /dev/urandom > source/f; cp source/f source/g
            echo precious > precious; ln precious target/source/.f.pipe-part
            echo his > target/source/.g.pipe-part; chown 1234 target/source/.g.pipe-part
            tree -w -recurse -l source -f "$PWD/target"; echo $?
            cat precious target/source/.g.pipe-part; stat -c %u target/source/g
            rm target/source/.?.pipe-part; diff -r source target/source
            """)).Is(0).Prints("0\nprecious\nhis\n0\n");
    }

    [Case(Needs.Sshd)]
    public async Task It_is_asked_again_what_it_has_if_the_login_was_lost_before_the_answer()
    {
        var copying = StartTree("""
            mkdir source target; truncate -s 3G source/zero target/zero; echo new > source/new
            tree -w -recurse -resume -l source/. -f "$PWD/target" && cmp source/new target/new
            """, Far.Ssh);
        copying.CloseInput();
        await Find(one => IsServer(one) && HasOpen(one, PathOf("target/zero")), "the target is looked through");
        Processes.Signal((await Find(one => one.Name == "ssh", "ssh")).Id, "KILL");
        (await copying.End()).Is(0);
    }
}
