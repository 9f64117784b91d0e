namespace EndToEnd.Tests.Copies;

/// <summary>
/// Access to written files. A file that replaces another keeps owner, group, permission bits and access control list
/// of that one; a new one is like those that cp makes; and meanwhile it is open to no more users.
/// </summary>
public sealed class ReplacementTests : CopyTest
{
    /// <summary>
    /// <c>small</c> and <c>large</c> are sources; <c>users FILE...</c> prints who may do what, numbers only; <c>each COMMAND</c> runs it
    /// with <c>copy SOURCE TARGET</c> meaning each way to write a file in turn.
    /// </summary>
    private const string Words = """
        set -e
        umask 022
        echo new > small; head -c 9000000 /dev/urandom > large; chmod 664 small large
        users() { getfacl -cnp "$@" | grep -v '^$'; stat -c '%u %g %a' "$@"; }
        dmscp_file() { dmscp -w $FAR -d "$PWD" -f "$2" -l "$1"; }
        dmscp_waiting() { dmscp -w $FAR -T 5 -d "$PWD" -f "$2" -l "$1"; }
        dmscp_back() { dmscp -r $FAR -d "$PWD" -f "$1" -l "$2"; }
        dmscp_pipe() { cat "$1" | dmscp -w $FAR -d "$PWD" -f "$2"; }
        yscp_file() { yscp "$1" "$2"; }
        yscp_there() { yscp -D x "$1" "h:$PWD/$2"; }
        yscp_resume() { yscp -Z "$1" "$2"; }
        yscp_tree() { rm -rf from; mkdir -p from "$(dirname "$2")"; cp -p "$1" "from/$(basename "$2")"; yscp -r from/. "$(dirname "$2")"; }
        each() {
          for copy in dmscp_file dmscp_waiting dmscp_back dmscp_pipe yscp_file yscp_there yscp_resume yscp_tree; do
            for source in small large; do "$@"; done
          done
        }

        """;

    [Case("setfacl", Needs.Root)]
    public async Task A_replaced_file_keeps_owner_group_mode_and_access_control_list() =>
        (await Run(Words + """
            check() {
              rm -rf t; mkdir t; echo old > t/plain; cp t/plain t/listed; cp t/plain t/his
              chown 1234:4321 t/*; chmod 640 t/plain t/listed; chmod 600 t/his; setfacl -m u:1235:rw,g:1236:r t/listed
              users t/plain t/listed t/his > before
              for file in plain listed his; do $copy $source t/$file; cmp $source t/$file; done
              users t/plain t/listed t/his | diff before - || { echo "$copy $source" >&2; exit 1; }
            }
            each check
            """)).Is(0);

    [Case("setfacl", Needs.Root)]
    public async Task With_times_and_modes_kept_a_replaced_file_keeps_its_owner_and_the_rest_of_its_list() =>
        (await Run(Words + """
            chmod 604 small; chmod 646 large
            for source in small large; do
              rm -rf t; mkdir t; echo old > t/f; chown 1234:4321 t/f; chmod 600 t/f; yscp -p $source t/f; stat -c '%u %g %a' t/f
              setfacl -m u:1235:rw t/f; yscp -p $source t/f; getfacl -cnp t/f | grep 1235
            done
            """)).Is(0).Prints("1234 4321 604\nuser:1235:rw-\t#effective:---\n1234 4321 646\nuser:1235:rw-\t#effective:r--\n");

    [Case("setfacl", Needs.Root)]
    public async Task A_new_member_of_a_directory_with_a_default_list_is_for_those_whom_the_list_names() =>
        (await Run(Words + """
            check() {
              rm -rf t; mkdir t; setfacl -m $list t; : > t/shell; cp $source t/cp
              $copy $source t/f
              cmp $source t/f
              if [ $copy = dmscp_pipe ]; then set -- shell; else set -- cp; fi
              diff <(users t/$1) <(users t/f) || { echo "$copy $source $list" >&2; exit 1; }
            }
            for list in d:u::rwx,d:g::rwx,d:o::--- d:u::rwx,d:g::rx,d:u:1234:rwx,d:o::--- d:u::rw,d:g::-,d:m::r,d:g:1235:rw,d:o::r; do each check; done
            """)).Is(0);

    [Case("setfacl")]
    public async Task So_are_the_directories_of_a_tree_and_one_that_is_made_for_several_files() =>
        (await Run(Words + """
            mkdir -p src/sub/deeper; cp small src/sub/deeper; chmod 775 src src/sub; chmod 750 src/sub/deeper
            for list in d:u::rwx,d:g::rwx,d:o::--- d:u::rwx,d:g::rx,d:u:1234:rwx,d:o::---; do
              rm -rf t; mkdir t; setfacl -m $list t
              (umask 0; cp -r src t/cp); yscp -r src t/yscp; yscp -D x -r src "h:$PWD/t/there"; yscp -D x -r src/. "h:$PWD/t/inside"
              mkdir t/shell; yscp -D x small large "h:$PWD/t/made"
              for made in yscp there inside; do for name in . sub sub/deeper sub/deeper/small; do diff <(users t/cp/$name) <(users t/$made/$name); done; done
              diff <(users t/shell) <(users t/made)
            done
            rm -rf t; mkdir t; mkdir t/shell; yscp -D x small large "h:$PWD/t/made"; diff <(users t/shell) <(users t/made)
            """)).Is(0);

    [Case("strace", "setfacl")]
    public async Task While_it_is_written_a_file_that_replaces_another_is_open_to_its_owner_alone() =>
        (await Run(Words + """
            check() {
              rm -rf t; mkdir t; setfacl -m d:u::rwx,d:g::rwx,d:o::rwx t; echo old > t/f; chmod 600 t/f; setfacl -b t/f
              strace -f -qq -o trace -e trace=openat,fchmod,chmod,fchmodat bash -c "$(declare -f $copy); FAR='$FAR'; $copy $source t/f"
              ! grep -E '(O_CREAT|O_TMPFILE).*, 0[0-7]*[1-7][0-7]\)|(O_CREAT|O_TMPFILE).*, 0[0-7]*[1-7]\)' trace | grep -E '\.pipe-|O_TMPFILE|/t"' || exit 1
              ! grep -E 'chmod.*, 0[0-7]*([1-7][0-7]|[0-7][1-7])\)' trace || { echo "$copy $source" >&2; exit 1; }
              test "$(stat -c %a t/f)" = 600
            }
            each check
            """)).Is(0);

    [Case("strace")]
    public async Task A_directory_that_is_made_is_open_to_its_owner_alone_until_it_is_complete() =>
        (await Run(Words + """
            mkdir -p -m 700 src; cp small src
            strace -f -qq -o trace -e trace=mkdirat yscp -D x -r src/. "h:$PWD/t"
            grep -c 'mkdirat.*0700' trace; stat -c %a t
            """)).Is(0).Prints("1\n700\n");

    [Case(Needs.Root, "setpriv", "setfacl")]
    public async Task Where_a_user_cannot_keep_the_group_nobody_gets_more_than_before() =>
        (await Run(Words + """
            export HOME=/
            check() {
              rm -rf t from; mkdir -m 777 t; cp small large t
              for mode in 640 644 604 664; do echo old > t/$mode; chmod $mode t/$mode; done
              cp t/640 t/list; chmod 640 t/list; setfacl -m u:1235:rw t/list; chown 1234:4321 t/6* t/list
              (cd t; for f in 640 644 604 664 list; do setpriv --reuid 65534 --regid 65533 --clear-groups bash -c "set -e; $(declare -f $copy); FAR='$FAR'; $copy $source $f"; done)
              (cd t; stat -c '%u %g %a' 640 644 604 664; getfacl -cnp list | tr '\n' ' '; echo)
            }
            for copy in dmscp_file dmscp_waiting yscp_file yscp_there; do for source in small large; do check; done; done | sort | uniq -c | sed 's/^ *//; s/ *$//'
            """)).Is(0).Prints(
            "8 65534 65533 600\n8 65534 65533 640\n16 65534 65533 644\n8 user::rw- user:1235:rw- group::--- mask::rw- other::---\n");

    [Case]
    public async Task A_new_file_that_is_written_in_place_is_no_more_open_than_its_source() =>
        (await Run("""
            set -e
            umask 022; echo secret > f; chmod 600 f
            dmscp -w $FAR -inplace -d "$PWD" -f g -l f; chmod 664 f; dmscp -w $FAR -inplace -d "$PWD" -f h -l f; stat -c %a g h
            """)).Is(0).Prints("600\n644\n");

    [Case("setfacl", Needs.Root)]
    public async Task The_file_that_an_archive_or_a_tar_stream_goes_to_keeps_the_same() =>
        (await Run(Words + """
            mkdir src; cp small src; mkdir ar
            echo old > t; chown 1234:4321 t; chmod 640 t; setfacl -m u:1235:rw t; users t > before
            ytar -e local --to-file src "h:$PWD/t"; users t | diff before -
            yarchive -e local put "h:$PWD/ar/a" < large; yarchive -e local get "h:$PWD/ar/a" t 2> said || cat said >&2
            users t | diff before -
            """)).Is(0);
}
