namespace EndToEnd.Tests.Repository;

/// <summary>Words that the scripts of install/ do not expect: nothing is made, and a tarball that is there stays.</summary>
public sealed class InstallWordsTests : CopyTest
{
    [Cases]
    [InlineData("tarball --help", 0)]
    [InlineData("tarball --nonsense", 2)]
    [InlineData("tarball \"$PWD\"", 1)]
    [InlineData("stage --help", 0)]
    [InlineData("stage --nonsense", 2)]
    [InlineData("demo --help", 0)]
    [InlineData("demo --nonsense", 2)]
    public async Task Nothing_is_made_of_a_word_that_is_no_staged_tree(string words, int status) =>
        (await Run($"mkdir out; OUT=$PWD/out '{Checkout.Root}'/install/{words} > said 2>&1; status=$?; ls -A out; exit $status")).Is(status).Prints("");
}
