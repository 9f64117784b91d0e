namespace EndToEnd.Tests.Truth;

/// <summary>A file of a tree that changes while it is read: the old target is better than a mixture, and a mixture is better than nothing.</summary>
public sealed class ChangingTreeTests : CopyTest
{
    private const string Prepare = "head -c 100000000 /dev/zero > source";
    private const string Options = "yscp -q --rate 25m --events events -D there";

    public static TheoryData<string> Copies() =>
    [
        $"{Options} source localhost:$PWD/target",
        $"{Options} localhost:$PWD/source target",
        $"{Options} -Z source localhost:$PWD/target",
        $"{Options} one:$PWD/source two:$PWD/target",
        $"{Options} source other localhost:$PWD",
    ];

    [Cases]
    [MemberData(nameof(Copies))]
    public async Task A_target_that_is_there_stays_as_it_was(string copy)
    {
        var target = copy.Contains(" other ", StringComparison.Ordinal) ? "far/source" : "target";
        copy = target == "target" ? copy : copy + "/far";
        var result = await RunWhile("echo more >> source", $"mkdir -p far; echo other > other; echo old > {target}; {copy}");
        result.Is(1).Says("source: the file changed while it was read", $"{target}: stays as it was");
        Assert.Equal("old\n", await File.ReadAllTextAsync(PathOf(target)));
    }

    [Cases]
    [MemberData(nameof(Copies))]
    public async Task A_new_target_is_named_as_changed(string copy)
    {
        var target = copy.Contains(" other ", StringComparison.Ordinal) ? "far/source" : "target";
        copy = target == "target" ? copy : copy + "/far";
        var result = await RunWhile("echo more >> source", $"mkdir -p far; echo other > other; {copy}");
        result.Is(1).Says("source: the file changed while it was read", $"{target}: new, and copied from a file that changed");
        Assert.Equal(100_000_000, new FileInfo(PathOf(target)).Length);
    }

    [Cases("strace")]
    [InlineData("source localhost:$PWD/target")]
    [InlineData("localhost:$PWD/source target")]
    public async Task A_small_file_that_never_keeps_still_does_not_replace_one_either(string ends)
    {
        var result = await Run($$"""
            echo first > source; echo old > target
            (while [ ! -e stop ]; do echo more >> source; sleep 0.01; done) &
            strace -f -o trace -e trace=pread64 -e inject=pread64:delay_exit=300000 yscp -q -D there {{ends}}; status=$?
            touch stop; wait; rm trace; exit $status
            """);
        result.Is(1).Says("source: the file changed while it was read", "target: stays as it was");
        Assert.Equal("old\n", await File.ReadAllTextAsync(PathOf("target")));
    }

    [Case]
    public async Task Nothing_is_deleted_after_a_copy_of_a_file_that_changed() =>
        (await RunWhile("echo more >> tree/source", "mkdir -p tree far/tree; mv source tree; touch far/tree/old; yscp -q -r --delete --rate 25m --events events -D there tree localhost:$PWD/far; status=$?; ls far/tree; exit $status"))
            .Is(1).Prints("old\nsource\n").Says("nothing is deleted");

    /// <summary>Runs a copy of a few seconds and does something once blocks travel.</summary>
    private async Task<Result> RunWhile(string change, string copy)
    {
        (await Run(Prepare)).Is(0);
        var copying = Start(copy);
        await copying.Until(() => copying.HasEnded || Events().Contains("\"moving\"", StringComparison.Ordinal), "the copy has begun");
        await Task.Delay(300);
        (await Run(change)).Is(0);
        return await copying.End();
    }

    private string Events() => File.Exists(PathOf("events")) ? File.ReadAllText(PathOf("events")) : "";
}
