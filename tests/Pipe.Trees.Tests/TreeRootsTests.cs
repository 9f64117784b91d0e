using Pipe.Protocol;

namespace Pipe.Trees.Tests;

public class TreeRootsTests
{
    [Fact]
    public void Names_and_patterns_become_what_is_there()
    {
        using var scratch = new Scratch();
        Listing.Shell(scratch.Directory, "touch a.c b.c '[x]'; mkdir dir");
        Assert.Equal(["a.c", "b.c", "dir", "[x]", "missing", ""], Find(scratch.Directory, "*.c", "dir/", "[x]", "missing", "dir/.").Select(root => root.Name));
    }

    [Fact]
    public void A_directory_is_no_pattern()
    {
        using var scratch = new Scratch();
        Listing.Shell(scratch.Directory, "mkdir 'd[1]' d1; touch 'd[1]/a' d1/b");
        Assert.Equal([scratch["d[1]/a"]], Find(scratch["d[1]"], "*").Select(root => root.Path));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("../")]
    public void What_ends_in_two_dots_has_no_name(string name) => Assert.Equal([""], Find("/tmp", name).Select(root => root.Name));

    [Fact]
    public void A_pattern_that_gives_two_dots_is_no_way_out()
    {
        using var scratch = new Scratch();
        Assert.Equal([".?"], Find(scratch.Directory, ".?").Select(root => root.Name));
    }

    [Theory]
    [InlineData("~nobody-of-that-name", "~nobody-of-that-name")]
    [InlineData("~nobody-of-that-name/x", "x")]
    public void The_home_directory_of_nobody_is_no_file(string asked, string name)
    {
        var root = Find("", asked).Single();
        Assert.Equal(name, root.Name);
        Assert.Contains("no such user", root.Fault);
    }

    private static IEnumerable<TreeRoot> Find(string directory, params string[] names) => TreeRoots.Find(Resource.Tree(directory, names, TreeFlags.None, []));
}
