using Pipe.Protocol;

namespace Pipe.Engine.Tests;

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
    public void What_ends_in_two_dots_has_no_name(string name) => Assert.Throws<Failure>(() => Find("/tmp", name).ToList());

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

    [Theory]
    [InlineData("name", "name", true)]
    [InlineData("name", "other", false)]
    [InlineData("/a/b/name/", "name", true)]
    [InlineData("/a/b/name", "b", false)]
    [InlineData("*.c", "a.c", true)]
    [InlineData("*.c", "a.h", false)]
    [InlineData("a/*/c", "c", true)]
    [InlineData("{a,b}.[ch]", "b.h", true)]
    [InlineData("{a,b}", "{a,b}", true)]
    [InlineData("no[thing", "no[thing", true)]
    [InlineData("[x]", "[x]", true)]
    [InlineData("dir/", "", false)]
    [InlineData("dir/.", "", true)]
    [InlineData(".", "", true)]
    [InlineData("", "", true)]
    [InlineData("/", "", true)]
    [InlineData("~", "root", true)]
    [InlineData("~user", "user", true)]
    [InlineData("~/dir", "dir", true)]
    [InlineData("~/dir", "root", false)]
    [InlineData("[[:digit:]]*", "7", true)]
    public void Only_what_was_asked_for_may_come(string asked, string name, bool mayCome) =>
        Assert.Equal(mayCome, TreeRoots.MayBeCalled(Resource.Tree("", [asked], TreeFlags.None, []), name));

    private static IEnumerable<TreeRoot> Find(string directory, params string[] names) => TreeRoots.Find(Resource.Tree(directory, names, TreeFlags.None, []));
}
