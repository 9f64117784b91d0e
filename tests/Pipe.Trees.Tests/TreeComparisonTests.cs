using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>What is compared with the target is named if it differs, and what is equal is not sent.</summary>
public sealed class TreeComparisonTests : TreeCopyTest
{
    private const TreeFlags All = TreeFlags.Recurse | TreeFlags.All;

    [Fact]
    public void A_comparison_names_what_differs_and_writes_nothing()
    {
        Listing.Shell(Scratch.Directory, "mkdir from/dir to/dir; echo same > from/same; cp -p from/same to; echo one > from/dir/a; echo two > to/dir/a; touch from/missing to/extra; ln -s x from/link; ln -s y to/link; find from to -exec touch -h -d @1 {} +");
        const TreeFlags flags = All | TreeFlags.Resume | TreeFlags.Compare | TreeFlags.Contents;
        var before = Listing.Of(To, withTimes: true);
        var copy = new TreeCopy();
        using var sink = new ComparingSink(Tree(To, flags), copy.TargetTally, null, "host");
        copy.Unpack(sink, copy.Pack(Tree(From + "/.", flags), sink));
        sink.Commit(0);
        Assert.Equal([(Difference.Changed, "dir/a"), (Difference.Extra, "extra"), (Difference.Changed, "link"), (Difference.Missing, "missing")], copy.Source.Differences);
        Assert.Equal(before, Listing.Of(To, withTimes: true));
    }

    [Fact]
    public void A_comparison_with_a_directory_that_several_sources_would_make_misses_all_of_them()
    {
        Listing.Shell(From, "echo a > a; echo b > b");
        const TreeFlags flags = TreeFlags.Inside | TreeFlags.Compare;
        var copy = new TreeCopy();
        using var sink = new ComparingSink(Tree(Scratch["missing"], flags), copy.TargetTally, null, "host");
        copy.Unpack(sink, copy.Pack(Resource.Tree("", [From + "/a", From + "/b"], flags, []), sink));
        sink.Commit(0);
        Assert.Equal([(Difference.Missing, "a"), (Difference.Missing, "b")], copy.Source.Differences);
        Assert.False(Path.Exists(Scratch["missing"]));
    }

    [Fact]
    public void Equal_trees_are_equal_whatever_the_sizes_and_holes_and_nothing_of_them_is_sent_again()
    {
        PlantSizesAndHoles();
        Copies(All);
        Assert.Empty(Compare());
        long packed = 0;
        var copy = new TreeCopy { Packed = block => packed += block.Length };
        copy.Run(Tree(From + "/.", All | TreeFlags.Resume), Tree(To, All | TreeFlags.Resume));
        Assert.InRange(packed, 1, 10_000);
        Assert.Equal(Listing.Of(From, withTimes: true), Listing.Of(To, withTimes: true));
    }

    [Fact]
    public void Changes_in_holes_and_at_the_ends_of_pieces_are_seen_and_mended()
    {
        PlantSizesAndHoles();
        Copies(All);
        Listing.Shell(To, """
            for f in hole sparse few; do printf x | dd of=$f bs=1 seek=1500 conv=notrunc 2> /dev/null; done
            printf x | dd of=s983040 bs=1 seek=983039 conv=notrunc 2> /dev/null; printf x | dd of=s983041 bs=1 seek=983040 conv=notrunc 2> /dev/null
            printf x >> s983039; printf x >> s1966080; truncate -s 1000000 s1000001; touch s0x; touch -r ../from .
            """);
        string[] changed = ["few", "hole", "s0x", "s1000001", "s1966080", "s983039", "s983040", "s983041", "sparse"];
        Assert.Equal(changed, Compare().Select(difference => difference.Path));
        Listing.Shell(To, "rm s0x");
        new TreeCopy().Run(Tree(From + "/.", All | TreeFlags.Resume), Tree(To, All | TreeFlags.Resume));
        Assert.Equal(Listing.Of(From, withTimes: true), Listing.Of(To, withTimes: true));
        var hole = FileStatus.Of(Path.Combine(To, "hole"))!.Value;
        Assert.True(hole.Blocks * 512 < hole.Size / 2, $"{hole.Blocks} blocks");
    }

    private IReadOnlyList<(Difference Difference, string Path)> Compare()
    {
        const TreeFlags flags = All | TreeFlags.Resume | TreeFlags.Compare | TreeFlags.Contents;
        var copy = new TreeCopy();
        using var sink = new ComparingSink(Tree(To, flags), copy.TargetTally, null, "host");
        copy.Unpack(sink, copy.Pack(Tree(From + "/.", flags), sink));
        return copy.Source.Differences;
    }

    /// <summary>A piece has 983,040 bytes.</summary>
    private void PlantSizesAndHoles() => Listing.Shell(From, """
        for s in 0 1 983039 983040 983041 1000001 1048576 1966080 3000000; do head -c $s /dev/urandom > s$s; done
        truncate -s 5M hole sparse; printf middle | dd of=sparse bs=1 seek=2000000 conv=notrunc 2> /dev/null
        truncate -s 100000 few; printf end >> few
        """);
}
