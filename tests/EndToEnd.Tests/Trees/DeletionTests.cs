namespace EndToEnd.Tests.Trees;

/// <summary>The members that a copy with --delete removes, at any depth, and those that it leaves: other file systems and excluded members.</summary>
public sealed class DeletionTests : TreeTest
{
    /// <summary><c>copy OPTION...</c> copies the tree source into target.</summary>
    private const string Copy = """
        copy() { yscp -q "$@" -D there source "localhost:$PWD/target"; echo "status $?"; }
        list() { (cd "$1"; find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort); }

        """;

    [Case(Needs.Mount)]
    public async Task What_the_target_has_where_the_source_has_another_file_system_stays() =>
        (await RunWithMounts(Copy + """
            mkdir -p source/disk source/new target/source/disk/kept; mount -t tmpfs none source/disk; mount -t tmpfs none source/new
            echo x > source/disk/x; echo x > source/new/x; echo y > target/source/disk/kept/y; echo z > target/source/z
            copy -a --one-file-system --delete
            list target/source
            """)).Is(0).Prints("status 0\ndisk\ndisk/kept\ndisk/kept/y\nnew\n");

    [Cases(Needs.Mount)]
    [InlineData("-a --one-file-system", "status 0")]
    [InlineData("-a", "status 1")]
    [InlineData("-r", "status 1")]
    public async Task What_is_mounted_at_the_target_alone_is_not_emptied(string options, string status) =>
        (await RunWithMounts($"{Copy}options='{options}'\n" + """
            mkdir -p source target/source/disk target/source/gone/disk target/source/gone/bound twin; echo precious > twin/bound
            mount -t tmpfs none target/source/disk; mount -t tmpfs none target/source/gone/disk; mount --bind twin target/source/gone/bound
            echo precious > target/source/disk/x; echo precious > target/source/gone/disk/x; echo y > target/source/gone/y
            copy $options --delete
            list target/source
            """)).Is(0).Prints($"{status}\ndisk\ndisk/x\ngone\ngone/bound\ngone/bound/bound\ngone/disk\ngone/disk/x\n");

    [Cases(Needs.Mount)]
    [InlineData("-a --one-file-system", "status 0", 0)]
    [InlineData("-r", "status 1", 2)]
    public async Task Nor_is_a_file_that_is_mounted_there(string options, string status, int named) =>
        (await RunWithMounts($"{Copy}options='{options}'\n" + """
            mkdir -p source target/source/gone; echo precious > precious; touch target/source/m target/source/gone/m target/source/gone/x
            mount --bind precious target/source/m; mount --bind precious target/source/gone/m
            copy $options --delete 2> said; grep -c 'm: is a mount point, and is not removed' said; sed 's/^/said: /' said >&2
            list target/source; cat target/source/m
            """)).Is(0).Prints($"{status}\n{named}\ngone\ngone/m\nm\nprecious\n");

    [Case(Needs.Mount)]
    public async Task Below_a_mount_point_of_the_target_one_file_system_removes_nothing() =>
        (await RunWithMounts(Copy + """
            mkdir -p source/disk/inner target/source/disk; mount -t tmpfs none target/source/disk
            echo a > source/disk/a; echo b > source/disk/inner/b; mkdir target/source/disk/inner; echo c > target/source/disk/inner/c; echo d > target/source/d
            copy -a --one-file-system --delete
            list target/source
            copy -a --delete
            list target/source
            """)).Is(0).Prints("status 0\ndisk\ndisk/a\ndisk/inner\ndisk/inner/b\ndisk/inner/c\nstatus 0\ndisk\ndisk/a\ndisk/inner\ndisk/inner/b\n");

    [Cases("perl")]
    [InlineData(900)]
    [InlineData(20_000)]
    public async Task A_tree_of_any_depth_is_removed(int depth) =>
        (await Run($"{Copy}depth={depth}\n" + """
            mkdir -p source target/source/deep; echo x > source/x
            perl -e 'chdir "target/source/deep"; for (1..$ARGV[0]) { mkdir "directory"; chdir "directory" } open F, ">bottom"' $depth
            copy -r --delete
            ls target/source
            """)).Is(0).Prints("status 0\nx\n");

    [Case]
    public async Task What_is_left_out_stays_below_a_directory_that_the_source_has_not() =>
        (await Run(Copy + """
            mkdir -p source target/source/old/a target/source/old/b; echo x > source/x
            touch target/source/old/a/keep.log target/source/old/a/f target/source/old/b/g
            copy -r --delete --exclude '*.log'
            list target/source
            """)).Is(0).Prints("status 0\nold\nold/a\nold/a/keep.log\nx\n");

    [Case]
    public async Task Patterns_may_be_nested_deep_and_paths_long() =>
        (await Run("""
            braces=$(printf '{%.0s' $(seq 1000)); ends=$(printf '}%.0s' $(seq 1000)); path=$(printf './%.0s' $(seq 30000))
            echo x > name
            dmscp -r $FAR -tree -f "$PWD/${braces}name${ends}" -l one; echo $?
            dmscp -r $FAR -tree -f "$PWD/${path}*" -l many; echo $?
            cat one
            """)).Is(0).Prints("0\n1\nx\n");
}
