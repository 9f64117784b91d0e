namespace EndToEnd.Tests.Truth;

/// <summary>A copy for which the target has too little space: the user is warned at the start, and only then.</summary>
public sealed class SpaceTests : CopyTest
{
    private const string Warning = "it may not fit: the source takes ";

    private const string Setup = """
        mkdir -p small dir; mount -t tmpfs -o size=4m none small; mkdir small/dir
        head -c 9000000 /dev/urandom > large; head -c 5000000 /dev/urandom > dir/one; cp dir/one dir/two
        truncate -s 20m sparse; printf x | dd of=sparse seek=19000000 bs=1 conv=notrunc status=none

        """;

    [Cases(Needs.Mount)]
    [InlineData("dmscp -w $FAR -d \"$PWD\" -l large -f small/there", 5)]
    [InlineData("dmscp -r $FAR -d \"$PWD\" -f large -l small/here", 5)]
    [InlineData("yscp -D x --events events large h:\"$PWD/small\"", 1)]
    [InlineData("yscp -D x --events events h:\"$PWD/large\" small", 1)]
    [InlineData("yscp -D x --events events -r dir h:\"$PWD/small\"", 1)]
    [InlineData("yscp -D x --events events -r h:\"$PWD/dir\" small", 1)]
    [InlineData("dccli --events events --launch local large h:\"$PWD/small/there\"", 1)]
    public async Task What_does_not_fit_is_told_before_it_is_tried(string copy, int status)
    {
        MayLeaveTemporaryFiles = true;
        var result = await RunWithMounts($"{Setup}{copy}");
        result.Is(status).Says(Warning, "the target has 4.0 MiB free", "no space left");
        Assert.True(result.Error.IndexOf(Warning, StringComparison.Ordinal) < result.Error.IndexOf("no space left", StringComparison.Ordinal), result.ToString());
    }

    [Cases(Needs.Mount)]
    [InlineData("dmscp -w $FAR -d \"$PWD\" -l sparse -f small/there")]
    [InlineData("dmscp -r $FAR -d \"$PWD\" -f sparse -l small/here")]
    [InlineData("yscp -D x --events events sparse h:\"$PWD/small\"")]
    [InlineData("yscp -D x --events events h:\"$PWD/sparse\" small")]
    [InlineData("rm dir/*; yscp -D x --events events -r dir h:\"$PWD/small\"")]
    [InlineData("cp sparse small; yscp -D x --events events -Z sparse h:\"$PWD/small/sparse\"")]
    public async Task What_fits_is_copied_without_a_word(string copy)
    {
        var result = await RunWithMounts(Setup + copy);
        Assert.DoesNotContain(Warning, result.Is(0).Error, StringComparison.Ordinal);
    }

    /// <summary>Nearly all is there, and the rest has room enough.</summary>
    [Case(Needs.Mount)]
    public async Task A_copy_that_sends_what_is_missing_needs_less()
    {
        var result = await RunWithMounts("""
            mkdir small src; mount -t tmpfs -o size=10m none small; for i in 1 2 3; do head -c 2500000 /dev/urandom > src/$i; done
            cp -r src small; rm small/src/2; yscp -D x --events events -r -Z src h:"$PWD/small" && diff -r src small/src
            """);
        Assert.DoesNotContain(Warning, result.Is(0).Error, StringComparison.Ordinal);
    }
}
