using System.Globalization;

namespace Pipe.Linux.Tests;

/// <summary>Nothing here leads anywhere but where it says. The tests of a class run one after the other: one of them forgets openat2.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Folder _top;

    public FolderTests()
    {
        Assert.Equal(0, Shell.Run($"cd '{_scratch.Directory}' && mkdir -p top/a/b outside && touch top/a/b/file outside/secret "
            + "&& ln -s a/b top/inside && ln -s ../a top/a/around && ln -s ../outside top/out && ln -s \"$PWD/top/a\" top/absolute "
            + "&& ln -s ../../outside top/a/out && ln -s nowhere top/dangling && ln -s a/b/file top/toFile && ln -s loop top/loop").Status);
        _top = Folder.Open(_scratch["top"]);
    }

    public static TheoryData<string, int> WaysOut => new()
    {
        { "..", Errno.CrossDevice },
        { "a/../..", Errno.CrossDevice },
        { "a/../../outside", Errno.CrossDevice },
        { "out", Errno.CrossDevice },
        { "a/out", Errno.CrossDevice },
        { "absolute", Errno.CrossDevice },
        { "/", Errno.CrossDevice },
        { "/etc", Errno.CrossDevice },
        { "dangling", Errno.NoEntry },
        { "nothing/at/all", Errno.NoEntry },
        { "a/b/file", Errno.NotDirectory },
        { "toFile", Errno.NotDirectory },
        { "loop", Errno.TooManyLinks },
    };

    [Theory]
    [InlineData("", "top")]
    [InlineData("a", "a")]
    [InlineData("a/b", "b")]
    [InlineData("inside", "b")]
    [InlineData("a/around/b", "b")]
    public void Beneath_opens_what_lies_inside_through_links_too(string path, string name)
    {
        using var found = _top.Beneath(path);
        Assert.Equal(name, Path.GetFileName(Paths.Resolve($"/proc/self/fd/{found.Fd.Number}")));
    }

    [Theory]
    [MemberData(nameof(WaysOut))]
    public void Beneath_never_leads_out(string path, int errno) => Assert.Equal(errno, Assert.Throws<LinuxException>(() => _top.Beneath(path)).Errno);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b")]
    public void Without_openat2_it_opens_what_lies_inside(string path) => Forgetting(() => _top.Beneath(path).Dispose());

    [Theory]
    [InlineData("inside")]
    [InlineData("a/around/b")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("a/../../outside")]
    [InlineData("out")]
    [InlineData("a/out")]
    [InlineData("absolute")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("dangling")]
    [InlineData("a/b/file")]
    public void Without_openat2_no_link_is_followed_and_nothing_leads_out(string path) =>
        Forgetting(() => Assert.Throws<LinuxException>(() => _top.Beneath(path)));

    [Fact]
    public void A_name_with_a_NUL_in_it_is_no_name() => Assert.Throws<LinuxException>(() => _top.Beneath("a\0b"));

    [Fact]
    public void What_is_made_says_whether_the_name_was_free()
    {
        Assert.True(_top.TryMake("new", 0x1ED));
        Assert.False(_top.TryMake("new", 0x1ED));
        Assert.True(_top.TryLink("../outside/secret", "link"));
        Assert.False(_top.TryLink("elsewhere", "link"));
        Assert.Equal("../outside/secret", _top.ReadLink("link"));
        Assert.True(_top.TryMakeNode("fifo", 0x11A4, 0));
        Assert.False(_top.TryMakeNode("fifo", 0x11A4, 0));
        Assert.True(_top.Status("fifo", follow: false)!.Value.IsPipe);
        using var folder = _top.Beneath("a/b");
        Assert.True(_top.TryHardLink(folder, "file", "other"));
        Assert.False(_top.TryHardLink(folder, "file", "other"));
        Assert.Equal(2u, _top.Status("other", follow: false)!.Value.Links);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_is_found_without_following_links_if_that_is_asked_for(bool withoutOpenAt2)
    {
        void Look()
        {
            _top.TryMake("real", 0x1C0);
            using var real = _top.Beneath("real", follow: false);
            real.TryMake("sub", 0x1C0);
            _top.Beneath("real/sub", follow: false).Dispose();
            _top.TryLink("real", "alias");
            Assert.Throws<LinuxException>(() => _top.Beneath("alias", follow: false));
            Assert.Throws<LinuxException>(() => _top.Beneath("alias/sub", follow: false));
            Assert.Null(_top.FindBeneath("real/nothing", follow: false));
        }

        if (withoutOpenAt2)
        {
            Forgetting(Look);
        }
        else
        {
            Look();
            _top.Beneath("alias/sub").Dispose();
        }
    }

    [Fact]
    public void A_hard_link_to_a_symbolic_link_is_one_to_the_link_itself()
    {
        Assert.True(_top.TryLink("../outside/secret", "link"));
        Assert.True(_top.TryHardLink(_top, "link", "second"));
        Assert.True(_top.Status("second", follow: false)!.Value.IsLink);
        Assert.Equal(1u, FileStatus.Of(_scratch["outside/secret"])!.Value.Links);
    }

    [Fact]
    public void What_a_link_leads_to_is_not_touched()
    {
        Assert.True(_top.TryLink("../outside/secret", "link"));
        var before = FileStatus.Of(_scratch["outside/secret"]);
        using (var node = _top.OpenNode("link"))
        {
            Assert.Throws<LinuxException>(() => node.SetNodeMode(0x1FF));
            node.SetNodeTime(1_000_000_000, 5);
            node.SetNodeOwner(uint.MaxValue, uint.MaxValue);
        }

        Assert.Equal(1_000_000_000, _top.Status("link", follow: false)!.Value.ModifiedSeconds);
        _top.Remove("link");
        Assert.Equal(before, FileStatus.Of(_scratch["outside/secret"]));
    }

    [Fact]
    public void Modes_and_times_are_set_by_name()
    {
        _top.TryMake("new", 0x1C0);
        using (var node = _top.OpenNode("new"))
        {
            node.SetNodeMode(0x16D);
            node.SetNodeTime(-5, 7);
        }

        var status = _top.Status("new", follow: false)!.Value;
        Assert.Equal((0x16Du, -5L, 7u), (status.Permissions, status.ModifiedSeconds, status.ModifiedNanoseconds));
    }

    [Fact]
    public void A_rename_that_must_not_replace_does_not()
    {
        using var a = _top.OpenMember("one", OpenFlags.WriteOnly | OpenFlags.Create, 0x1A4);
        using var b = _top.OpenMember("two", OpenFlags.WriteOnly | OpenFlags.Create, 0x1A4);
        Assert.False(_top.TryRename("one", "two"));
        Assert.True(_top.TryRename("one", "three"));
        _top.Rename("three", "two");
        Assert.Null(_top.Status("three", follow: false));
        _top.Remove("two");
        _top.Remove("two");
        _top.Remove("a/b/file");
        _top.Remove("a/b", isDirectory: true);
    }

    [Fact]
    public void Names_are_bytes()
    {
        var name = Protocol.RawText.Decode([0xFF, 0x0A, 0x20, 0x80]);
        Assert.True(_top.TryMake(name, 0x1ED));
        Assert.True(_top.Status(name, follow: false)!.Value.IsDirectory);
        Assert.Contains(name, Names(_top));
    }

    [Fact]
    public void A_reader_gives_every_name_once_with_its_type()
    {
        using var folder = _top.Beneath("a");
        using var reader = new FolderReader(folder);
        var found = new Dictionary<string, MemberType>();
        while (reader.TryNext(out var name, out var type))
        {
            found.Add(name, type);
        }

        Assert.Equal([("around", MemberType.SymbolicLink), ("b", MemberType.Directory), ("out", MemberType.SymbolicLink)], found.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.False(reader.TryNext(out _, out _));
    }

    [Fact]
    public void A_reader_gives_ten_thousand_names_and_needs_the_folder_no_more()
    {
        FolderReader reader;
        using (var folder = _top.Beneath("a/b"))
        {
            for (var i = 0; i < 10_000; i++)
            {
                folder.OpenMember(i.ToString(CultureInfo.InvariantCulture), OpenFlags.WriteOnly | OpenFlags.Create, 0x1A4).Dispose();
            }

            reader = new FolderReader(folder);
        }

        using (reader)
        {
            var names = new HashSet<string>();
            while (reader.TryNext(out var name, out _))
            {
                Assert.True(names.Add(name));
            }

            Assert.Equal(10_001, names.Count);
        }
    }

    public void Dispose()
    {
        _top.Dispose();
        _scratch.Dispose();
    }

    private static List<string> Names(Folder folder)
    {
        using var reader = new FolderReader(folder);
        var names = new List<string>();
        while (reader.TryNext(out var name, out _))
        {
            names.Add(name);
        }

        return names;
    }

    private static void Forgetting(Action work)
    {
        Folder.ForgetOpenAt2(true);
        try
        {
            work();
        }
        finally
        {
            Folder.ForgetOpenAt2(false);
        }
    }
}
