namespace EndToEnd.Tests.Yscp;

/// <summary>After a copy that compares, the number of members for each result, where the answers differ from simple counting.</summary>
public sealed class SumsTests : CopyTest
{
    private const string Links = "mkdir source; echo x > source/a; ln source/a source/b; ln source/a source/c\n";

    /// <summary>The fifo and the deletion that does not happen are errors, and no files.</summary>
    [Cases]
    [InlineData("source h:\"$PWD/target\"")]
    [InlineData("h:\"$PWD/source\" target")]
    public async Task An_error_that_is_no_file_does_not_count_against_those_sent(string copy) =>
        (await Run($"mkdir source; echo a > source/a; echo b > source/b; mkfifo source/fifo; yscp -rZ --delete -D x {copy}")).Is(1)
            .Says("nothing is deleted", "yscp: 2 sent, 0 same, 0 removed, 2 failed\n");

    [Cases]
    [InlineData("source h:\"$PWD\"/target")]
    [InlineData("h:\"$PWD\"/source target")]
    public async Task Hard_links_that_are_there_are_the_same(string copy) =>
        (await Run($"{Links}yscp -aZ -D x {copy} && yscp -aZ -D x {copy.Replace("source", "source/.", StringComparison.Ordinal)} && ln -f source/a source/d && yscp -aZ -D x {copy.Replace("source", "source/.", StringComparison.Ordinal)}")).Is(0)
            .Says("yscp: 3 sent, 0 same, 0 removed, 0 failed\n", "yscp: 0 sent, 3 same, 0 removed, 0 failed\n", "yscp: 1 sent, 3 same, 0 removed, 0 failed\n");

    [Case]
    public async Task Each_copy_of_several_has_sums_of_its_own()
    {
        var result = (await Run($"{Links}yscp -aZ -q -D x source/. two; dccli --launch local -aZ --events events source/. one:\"$PWD/one\" two:\"$PWD/two\"; grep -o '\"summary\".*' events | sort")).Is(0)
            .Says("dccli: one: 3 sent, 0 same, 0 removed, 0 failed\n", "dccli: two: 0 sent, 3 same, 0 removed, 0 failed\n");
        Assert.Equal(
            "\"summary\",\"destination\":\"one\",\"sent\":3,\"same\":0,\"removed\":0,\"failed\":0}\n\"summary\",\"destination\":\"two\",\"sent\":0,\"same\":3,\"removed\":0,\"failed\":0}\n",
            result.Output);
    }
}
