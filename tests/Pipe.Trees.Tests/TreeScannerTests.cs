using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>A scan finds just what a copy would: otherwise the meter lies.</summary>
public sealed class TreeScannerTests : IDisposable
{
    private const TreeFlags Recurse = TreeFlags.Recurse;
    private const TreeFlags All = TreeFlags.Recurse | TreeFlags.All;
    private const TreeFlags Links = TreeFlags.Recurse | TreeFlags.Links;
    private readonly Scratch _scratch = new();

    public TreeScannerTests() => Listing.Shell(
        _scratch.Directory,
        """
        mkdir -p tree/sub/deep tree/none target; cd tree
        printf 12345 > five; printf 123 > sub/three; printf 1 > sub/deep/one.o; : > sub/nothing
        ln five sub/again; ln -s ../five sub/link; ln -s deep sub/folder; ln -s . sub/loop; ln -s nowhere dangling; mkfifo fifo
        """);

    [Theory]
    [InlineData("all that is followed", (int)Recurse, "tree", "", 7, 20)]
    [InlineData("links as such", (int)Links, "tree", "", 10, 14)]
    [InlineData("each file once", (int)All, "tree", "", 10, 9)]
    [InlineData("without some", (int)All, "tree", "*.o sub/three", 8, 5)]
    [InlineData("what is in it", (int)Recurse, "tree/.", "", 7, 20)]
    [InlineData("one file", (int)TreeFlags.None, "tree/five", "", 1, 5)]
    [InlineData("a pattern", (int)TreeFlags.None, "tree/*", "", 1, 5)]
    [InlineData("by way of a link", (int)Links, "tree/sub/folder/", "", 1, 1)]
    [InlineData("nothing", (int)Recurse, "missing", "", 0, 0)]
    [InlineData("nobody's", (int)Recurse, "~nobody-of-that-name", "", 0, 0)]
    public void It_counts_what_will_be_copied(string what, int flags, string name, string excludes, long files, long bytes)
    {
        var tree = Resource.Tree(name.StartsWith('~') ? "" : _scratch.Directory, [name], (TreeFlags)flags, excludes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using var scanner = new TreeScanner(tree);
        var count = scanner.Run()!.Value;
        Assert.Equal((what, files, bytes), (what, count.Files, count.Bytes));
        Assert.InRange(count.Occupied, 0, bytes);
    }

    [Theory]
    [InlineData((int)Recurse)]
    [InlineData((int)Links)]
    [InlineData((int)All)]
    public void It_is_what_arrives(int flags)
    {
        var tree = Resource.Tree(_scratch.Directory, ["tree"], (TreeFlags)flags, []);
        var copy = new TreeCopy();
        copy.Run(tree, Resource.Tree("", [_scratch["target"]], (TreeFlags)flags, []));
        using var scanner = new TreeScanner(tree);
        var count = scanner.Run()!.Value;
        Assert.Equal((count.Files, count.Bytes), (copy.TargetTally.Tree.Files, copy.TargetTally.Tree.Bytes));
    }

    [Fact]
    public void One_that_is_ended_says_nothing()
    {
        using var scanner = new TreeScanner(Resource.Tree(_scratch.Directory, ["tree"], Recurse, []));
        scanner.Dispose();
        Assert.Null(scanner.Run());
    }

    public void Dispose() => _scratch.Dispose();
}
