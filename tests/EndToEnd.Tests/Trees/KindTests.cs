namespace EndToEnd.Tests.Trees;

/// <summary>Every kind of entry, over a real sshd, beside what rsync says of it.</summary>
public sealed class KindTests : TreeTest
{
    public KindTests() => MayLeaveTemporaryFiles = true; // Some of the names are like ours.

    [Cases(Needs.Root, Needs.Sshd, "rsync", "setfattr", "setfacl", "setcap", "perl", "strace")]
    [InlineData("-w", "-l source -f \"$PWD/target\"")]
    [InlineData("-r", "-f \"$PWD/source\" -l target")]
    public async Task With_all_nothing_is_lost(string direction, string names) =>
        (await RunTree($"""
            set -e
            {Kinds.Make("source", [.. Kinds.Plain, .. Kinds.Special])}
            mkdir target
            tree {direction} -recurse -all {names}
            differences source target/source
            manifest source > source.list; manifest target/source > target.list
            diff -a source.list target.list
            test "$(du -s target/source | cut -f1)" -le $(($(du -s source | cut -f1) + 512))
            """, Far.Ssh)).Is(0).Prints("");

    [Case(Needs.Root, Needs.Sshd, "rsync", "setfattr", "setfacl", "setcap", "perl")]
    public async Task A_second_copy_over_the_first_changes_nothing() =>
        (await RunTree($"""
            set -e
            {Kinds.Make("source", [.. Kinds.Plain, .. Kinds.Special])}
            mkdir target
            tree -w -recurse -all -l source -f "$PWD/target"
            tree -w -recurse -all -l source -f "$PWD/target"
            tree -w -recurse -all -resume -l source -f "$PWD/target"
            tree -w -recurse -all -resume -quick -delete -l source -f "$PWD/target"
            differences source target/source
            """, Far.Ssh)).Is(0).Prints("");

    [Case(Needs.Mount, "rsync")]
    public async Task Other_file_systems_are_copied_too_unless_they_are_to_be_left_out() =>
        (await RunTree("""
            exec unshare -m bash -c "$(declare -f tree differences); $0" 2> /dev/null || exit 77
            """.Replace("$0", """
            set -e
            mkdir -p source/other source/own target
            mount -t tmpfs none source/other
            echo x > source/other/f; echo y > source/own/g; ln -s ../own/g source/other/l
            tree -w -recurse -all -l source -f "$PWD/target"
            differences source target/source
            mkdir alone
            tree -w -recurse -all -one-file-system -l source -f "$PWD/alone"
            find alone/source | LC_ALL=C sort
            """.Replace("\"", "\\\"").Replace("$PWD", "\\$PWD")))).Is(0).Prints("alone/source\nalone/source/other\nalone/source/own\nalone/source/own/g\n");
}
