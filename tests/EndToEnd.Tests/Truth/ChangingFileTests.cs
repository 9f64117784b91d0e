namespace EndToEnd.Tests.Truth;

/// <summary>A file that does not keep still while it is read: either a whole copy of one state, or a failure and nothing.</summary>
public sealed class ChangingFileTests : CopyTest
{
    private const string Prepare = "head -c 16000000 /dev/urandom > source; cp -p source original";
    private const string Write = "dmscp -w $FAR -rate 5m -events events -d \"$PWD\" -f target -l source";
    private const string Read = "dmscp -r $FAR -rate 5m -events events -d \"$PWD\" -f source -l target";
    private const string ReadIntoPipe = "dmscp -r $FAR -rate 5m -events events -d \"$PWD\" -f source | cat > /dev/null; exit ${PIPESTATUS[0]}";

    public static TheoryData<string, string> Changes()
    {
        var data = new TheoryData<string, string>();
        foreach (var change in (string[])["echo more >> source", "truncate -s 1000000 source", ": > source", "echo other | dd of=source bs=1 seek=15000000 conv=notrunc status=none"])
        {
            data.Add(change, Write);
            data.Add(change, Read);
        }

        data.Add("echo more >> source", ReadIntoPipe);
        return data;
    }

    [Cases]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_told_and_nothing_is_made(string change, string copy)
    {
        var result = await RunWhile(change, copy);
        result.Is(1).Says("source", "while it was read", "hint");
        Assert.False(File.Exists(PathOf("target")));
    }

    [Cases]
    [InlineData(Write)]
    [InlineData(Read)]
    public async Task A_file_that_vanishes_is_copied_whole_or_not_at_all(string copy)
    {
        var result = await RunWhile("rm source", copy);
        if (result.Status == 0)
        {
            (await Run("cmp original target")).Is(0);
        }
        else
        {
            Assert.False(File.Exists(PathOf("target")));
        }
    }

    [Cases]
    [InlineData(Write)]
    [InlineData(Read)]
    public async Task A_file_that_is_replaced_is_copied_as_it_was(string copy)
    {
        (await RunWhile("head -c 16000000 /dev/zero > new; mv new source", copy)).Is(0);
        (await Run("cmp original target")).Is(0);
    }

    [Case]
    public async Task A_directory_that_vanishes_under_the_target_fails_the_copy() =>
        (await RunWhile("mv dir gone; rm -rf gone", "mkdir dir; dmscp -w $FAR -rate 5m -events events -d \"$PWD/dir\" -f target -l source")).Is(1);

    [Case]
    public async Task What_is_being_written_can_be_copied_as_a_stream()
    {
        (await RunWhile("echo more >> source", "dmscp -r $FAR -rate 5m -events events -d \"$PWD\" -R 'cat source' -l target")).Is(0);

        // How much of it cat saw depends on when it looked: all that it saw is there, and not less than there was.
        (await Run("size=$(stat -c %s target); test $size -ge 16000000 && cmp -n $size source target")).Is(0);
    }

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
