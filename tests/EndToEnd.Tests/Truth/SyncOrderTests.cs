namespace EndToEnd.Tests.Truth;

/// <summary>A new file is durable before it gets its name, and its name before the copy succeeds, whichever way it is written.</summary>
public sealed class SyncOrderTests : CopyTest
{
    [Cases("strace")]
    [InlineData("yscp -D x small \"h:$PWD/dir\"")]
    [InlineData("yscp -D x large \"h:$PWD/dir\"")]
    [InlineData("yscp -D x small \"h:$PWD/dir/new\"")]
    [InlineData("yscp -D x large \"h:$PWD/dir/new\"")]
    [InlineData("dmscp -w $FAR -d \"$PWD/dir\" -f new -l large")]
    [InlineData("dmscp -w $FAR -d \"$PWD/dir\" -resume -f new -l large")]
    [InlineData("dmscp -w $FAR -d \"$PWD/dir\" -T 5 -f new -l large")]
    [InlineData("dmscp -r $FAR -d \"$PWD\" -f large -l \"$PWD/dir/new\"")]
    public async Task A_file_is_synced_then_named_and_then_the_directory_is_synced(string copy) =>
        (await Run(Trace($"mkdir dir; echo x > small; head -c 9000000 /dev/urandom > large", copy))).Is(0).Prints("file\nname\ndirectory\n");

    /// <summary>One file of the target has both names, and cannot have the times of both sources.</summary>
    [Case("strace")]
    public async Task A_file_that_becomes_two_is_no_exception() =>
        (await Run(Trace(
            "mkdir src dir; echo x > src/a; touch -d @1 src/a; cp src/a src/b; touch -d @2 src/b; cp -p src/a dir/a; ln dir/a dir/b",
            "yscp -D x -pZ src/a src/b \"h:$PWD/dir\""))).Is(0).Prints("file\nname\ndirectory\n");

    private static string Trace(string make, string copy) => $$"""
        set -e
        {{make}}
        strace -f -qq -y -o trace -e trace=fsync,rename,renameat,renameat2 {{copy}}
        awk -v dir="<$PWD/dir>" '/fsync\(/ { print index($0, dir) ? "directory" : "file" } /rename(at2?)?\(/ && !/EINVAL|EEXIST/ { print "name" }' trace
        """;
}
