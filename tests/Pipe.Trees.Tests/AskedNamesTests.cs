using Pipe.Protocol;

namespace Pipe.Trees.Tests;

public class AskedNamesTests
{
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
    public void Only_what_was_asked_for_may_come(string asked, string name, bool mayCome)
    {
        var names = Asked(asked);
        Assert.Equal(mayCome, Record.Exception(() => names.Check(name)) is null);
        Assert.Equal(mayCome, Record.Exception(() => names.Check(name + "/below/it")) is null);
    }

    [Fact]
    public void One_good_name_does_not_open_the_door_to_another()
    {
        var names = Asked("a", "b");
        names.Check("a/x");
        names.Check("b");
        Assert.Throws<ProtocolException>(() => names.Check("c"));
        Assert.Throws<ProtocolException>(() => names.Check("bc"));
        names.Check("b/y");
    }

    private static AskedNames Asked(params string[] names) => new(Resource.Tree("", names, TreeFlags.None, []));
}
