namespace EndToEnd.Tests.Truth;

/// <summary>What a person is told at the end: what is left and how to go on, and what a copy with a comparison has done.</summary>
public sealed class LastWordsTests : CopyTest
{
    public LastWordsTests() => MayLeaveTemporaryFiles = true;

    [Cases]
    [InlineData("big h:\"$PWD/there\"")]
    [InlineData("h:\"$PWD/big\" there")]
    public async Task An_interrupted_copy_tells_what_is_kept_of_a_large_file(string copy)
    {
        (await Run("head -c 30000000 /dev/urandom > big")).Is(0);
        var copying = Start($"exec yscp -D x --rate 4m {copy}");
        copying.CloseInput();
        await copying.Until(() => new FileInfo(PathOf(".there.pipe-part")) is { Exists: true, Length: > 6_000_000 }, "some of it has arrived");
        Processes.Signal(copying.Id, "TERM");
        (await copying.End()).Is(1).Says("interrupted", "of big are kept", ".NAME.pipe-part", "the same command with -Z continues there");
        (await Run($"yscp -D x -Z {copy} && cmp big there; ls -A")).Is(0).Prints("big\nthere\n");
    }

    [Case]
    public async Task A_signal_to_the_program_and_then_to_its_group_is_one_signal()
    {
        var result = await Run("""
            mkdir source target; for i in 1 2 3 4; do head -c 6000000 /dev/urandom > source/$i; done
            timeout -s TERM 3 yscp -r -D x --rate 1m source h:"$PWD/target"; echo $?; find target -name '.pipe-*'
            """);
        result.Prints("124\n").Says("interrupted");
    }

    [Case(Needs.Mount)]
    public async Task A_full_disk_tells_what_is_kept_of_a_large_file() =>
        (await RunWithMounts("""
            head -c 30000000 /dev/urandom > big; mkdir disk; mount -t tmpfs -o size=20m none disk
            yscp -D x big h:"$PWD/disk/big"; echo $?; mount -o remount,size=60m disk; yscp -D x -Z big h:"$PWD/disk/big" && cmp big disk/big
            """)).Is(0).Prints("1\n").Says("no space left on device", ".NAME.pipe-part", "with -Z continues there");

    [Cases]
    [InlineData("-r -Z src h:\"$PWD\"/dst", "1 sent, 3 same, 0 removed, 0 failed")]
    [InlineData("-r -Z h:\"$PWD\"/src dst", "1 sent, 3 same, 0 removed, 0 failed")]
    [InlineData("-r -Z --delete src h:\"$PWD\"/dst", "1 sent, 3 same, 2 removed, 0 failed")]
    [InlineData("-r -Z --delete h:\"$PWD\"/src dst", "1 sent, 3 same, 2 removed, 0 failed")]
    [InlineData("-r --delete src h:\"$PWD\"/dst", "4 sent, 0 same, 2 removed, 0 failed")]
    [InlineData("-r --verify src h:\"$PWD\"/dst", "3 same, 3 differ, 0 failed")]
    public async Task A_copy_with_a_comparison_ends_with_its_sums(string copy, string sums)
    {
        var result = await Run($"""
            mkdir -p src dst/src/old; for i in 1 2 3 4; do echo $i > src/$i; done; head -c 9000000 /dev/zero > src/4; cp src/* dst/src; echo x > dst/src/1; touch dst/src/old/f
            yscp -D x --events events {copy}; grep -c '"event":"summary"' events
            """);
        result.Is(0).Says(sums);
        Assert.EndsWith("1\n", result.Output, StringComparison.Ordinal);
    }
}
