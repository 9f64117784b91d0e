using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>One test for each thing that a hostile sender may try. The target stays as it must be, and what lies beside it stays as it was.</summary>
public sealed class HostileTests : IDisposable
{
    private const TreeFlags Plain = TreeFlags.Recurse;
    private const TreeFlags All = TreeFlags.Recurse | TreeFlags.All;
    private readonly Hostile _hostile = new();

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("a/..")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/./b")]
    [InlineData("/evil")]
    [InlineData("//evil")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public void A_path_that_could_lead_out_is_refused(string path)
    {
        _hostile.Refuses(All, Hostile.File(path));
        _hostile.Refuses(All, Hostile.Of(EntryKind.Directory, path));
        _hostile.Refuses(All, Hostile.Of(EntryKind.SymbolicLink, path, "x"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused() => _hostile.Refuses(Plain, Hostile.File(new string('n', 256)));

    [Fact]
    public void A_path_that_is_too_long_is_refused() => _hostile.Refuses(Plain, Hostile.File(string.Join('/', Enumerable.Repeat("name", 900))));

    [Fact]
    public void A_file_in_place_of_the_top_is_refused() => _hostile.Refuses(All, Hostile.File(""));

    [Fact]
    public void A_symbolic_link_in_place_of_the_top_is_not_made() => _hostile.Complains(All, Hostile.Of(EntryKind.SymbolicLink, "", "../outside"));

    [Theory]
    [InlineData("authorized_keys")]
    [InlineData("a.c/b")]
    [InlineData("")]
    public void A_name_that_was_not_asked_for_is_refused(string path)
    {
        using var sink = _hostile.Open(asked: Asked("src/*.h", "{x,y}"));
        Hostile.Send(sink, Hostile.File("a.h"), Hostile.File("y"));
        Assert.Throws<ProtocolException>(() => Hostile.Send(sink, Hostile.Of(EntryKind.Directory, path)));
        _hostile.Check();
        Assert.Equal(["a.h", "y"], _hostile.Names);
    }

    [Fact]
    public void A_second_name_for_a_target_of_one_name_is_refused()
    {
        using (var sink = _hostile.Open(name: "new"))
        {
            Hostile.Send(sink, Hostile.File("asked"));
            Assert.Throws<Failure>(() => Hostile.Send(sink, Hostile.File("other")));
        }

        _hostile.Check();
        Assert.Empty(_hostile.Names);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("../../..")]
    [InlineData("/tmp")]
    [InlineData("")]
    public void A_file_below_a_link_that_was_sent_before_does_not_follow_it_out(string target)
    {
        _hostile.Complains(All, Hostile.Of(EntryKind.SymbolicLink, "link", target.Length == 0 ? _hostile.Outside : target), Hostile.File("link/secret", "evil"), Hostile.Of(EntryKind.Directory, "link"));
        Assert.Equal(["link"], _hostile.Names);
    }

    [Fact]
    public void Nor_does_it_without_openat2()
    {
        Folder.ForgetOpenAt2(true);
        try
        {
            _hostile.Complains(All, Hostile.Of(EntryKind.SymbolicLink, "link", "../outside"), Hostile.File("link/secret", "evil"), Hostile.File("link/a/b", "evil"));
        }
        finally
        {
            Folder.ForgetOpenAt2(false);
        }
    }

    [Fact]
    public void A_link_in_the_target_that_leads_out_is_not_followed()
    {
        Listing.Shell(_hostile.Target, "ln -s ../outside link; ln -s ../outside/secret file");
        _hostile.Complains(Plain | TreeFlags.Keep, Hostile.File("link/secret", "evil"), Hostile.File("file", "evil"), Hostile.Of(EntryKind.Directory, "link", mode: 0x1FF));
        Assert.Equal("evil", File.ReadAllText(Path.Combine(_hostile.Target, "file")));
    }

    [Fact]
    public void A_link_in_the_target_that_stays_inside_is_followed()
    {
        Listing.Shell(_hostile.Target, "mkdir dir; ln -s dir link");
        _hostile.Send(Plain, Hostile.File("link/file"));
        _hostile.Check();
        Assert.Equal(["dir", "dir/file", "link"], _hostile.Names);
    }

    [Fact]
    public void Nothing_is_deleted_through_a_link_in_the_target()
    {
        Listing.Shell(_hostile.Target, "mkdir -p dear/sub other; touch dear/old dear/sub/old other/gone; ln -s dear link");
        _hostile.Complains(
            Plain | TreeFlags.Delete,
            Hostile.Of(EntryKind.Directory, "link"),
            Hostile.Of(EntryKind.Directory, "link/sub"),
            Hostile.File("link/new"),
            Hostile.Of(EntryKind.Directory, "other"));
        Assert.Equal(["dear", "dear/new", "dear/old", "dear/sub", "dear/sub/old", "link", "other"], _hostile.Names);
    }

    [Fact]
    public async Task A_directory_that_becomes_a_link_during_the_copy_does_not_lead_out()
    {
        using var sink = _hostile.Open(Plain | TreeFlags.Keep);
        var isOver = false;
        var swapper = Limit.Of(() =>
        {
            using var folder = Folder.Open(_hostile.Target);
            while (!Volatile.Read(ref isOver))
            {
                Swap(folder);
            }
        });
        for (var i = 0; i < 3000; i++)
        {
            Hostile.Send(sink, Hostile.File("dir/secret", "evil"), Hostile.File($"dir/a/b{i % 7}", "evil"), Hostile.Of(EntryKind.Directory, "dir", mode: 0x1FF));
        }

        Volatile.Write(ref isOver, true);
        await swapper;
        sink.Commit(0);
        _hostile.Check();
    }

    [Fact]
    public async Task A_fifo_that_becomes_a_link_does_not_change_what_that_leads_to()
    {
        using var sink = _hostile.Open(All);
        var planter = Limit.Of(() =>
        {
            for (var i = 0; i < 3000; i++)
            {
                Hostile.Send(sink, Hostile.Of(EntryKind.SymbolicLink, "name", "../outside/secret"));
            }
        });
        for (var i = 0; i < 3000; i++)
        {
            Hostile.Send(sink, Hostile.Of(EntryKind.Fifo, "name", mode: 0xFFF));
        }

        await planter;
        sink.Commit(0);
        _hostile.Check();
    }

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../outside/secret")]
    public void A_hard_link_to_what_lies_outside_is_refused(string of) => _hostile.Refuses(All, Hostile.Of(EntryKind.HardLink, "link", of));

    [Fact]
    public void A_hard_link_through_a_link_that_leads_out_is_not_made()
    {
        _hostile.Complains(All, Hostile.Of(EntryKind.SymbolicLink, "out", "../outside"), Hostile.Of(EntryKind.HardLink, "stolen", "out/secret"));
        Assert.Equal(["out"], _hostile.Names);
    }

    [Fact]
    public void A_hard_link_to_a_symbolic_link_is_none_to_what_that_leads_to()
    {
        _hostile.Send(All, Hostile.Of(EntryKind.SymbolicLink, "out", "../outside/secret"), Hostile.Of(EntryKind.HardLink, "stolen", "out"));
        _hostile.Check();
        Assert.True(FileStatus.OfName(Path.Combine(_hostile.Target, "stolen"))!.Value.IsLink);
    }

    [Fact]
    public void A_hard_link_to_a_name_that_was_not_asked_for_is_refused()
    {
        Listing.Shell(_hostile.Target, "echo mine > mine");
        using var sink = _hostile.Open(All, asked: Asked("asked"));
        Assert.Throws<ProtocolException>(() => Hostile.Send(sink, Hostile.Of(EntryKind.HardLink, "asked", "mine")));
        Assert.Equal(["mine"], _hostile.Names);
    }

    [Theory]
    [InlineData((int)EntryKind.SymbolicLink)]
    [InlineData((int)EntryKind.HardLink)]
    [InlineData((int)EntryKind.Fifo)]
    [InlineData((int)EntryKind.Socket)]
    [InlineData((int)EntryKind.CharacterDevice)]
    [InlineData((int)EntryKind.BlockDevice)]
    [InlineData((int)EntryKind.Digests)]
    public void Links_and_devices_without_All_are_refused(int kind)
    {
        _hostile.Refuses(Plain | TreeFlags.Keep, Hostile.Of((EntryKind)kind, "name", "x"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_difference_in_a_copy_is_refused() => _hostile.Refuses(All, Hostile.Of(EntryKind.Difference, "name", mode: 1));

    [Theory]
    [InlineData((int)TreeFlags.None, 0x1FF)]
    [InlineData((int)TreeFlags.Keep, 0x3FF)]
    public void Without_All_nothing_becomes_set_user_id(int flags, int mode)
    {
        var text = new string('x', 10);
        _hostile.Send(
            (TreeFlags)flags | Plain,
            Hostile.File("file", mode: 0xFFF),
            Hostile.Of(EntryKind.Directory, "dir", mode: 0xFFF),
            Hostile.Piece("large", 0, 20, text, 0xFFF),
            Hostile.Piece("large", 10, 20, text, 0xFFF));
        foreach (var name in new[] { "file", "dir", "large" })
        {
            Assert.Equal(0u, FileStatus.Of(Path.Combine(_hostile.Target, name))!.Value.Permissions & ~(uint)mode);
        }
    }

    [Fact]
    public void Attributes_that_are_garbage_are_a_trouble_of_that_file()
    {
        _hostile.Complains(All, Hostile.Pack(new TreeEntry { Kind = EntryKind.File, Path = "file"u8, Mode = 0x1A4, Attributes = [255, 255, 1, 2, 3] }));
        Assert.Equal(["file"], _hostile.Names);
    }

    [Fact]
    public void A_directory_without_Recurse_is_refused()
    {
        _hostile.Refuses(TreeFlags.Keep, Hostile.Of(EntryKind.Directory, "dir"));
        _hostile.Refuses(TreeFlags.Keep, Hostile.File("dir/file"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_path_below_a_file_is_a_trouble_of_that_member()
    {
        _hostile.Complains(Plain, Hostile.File("file"), Hostile.File("file/below"), Hostile.Of(EntryKind.Directory, "file/dir"));
        Assert.Equal(["file"], _hostile.Names);
    }

    [Fact]
    public void A_file_in_place_of_a_directory_is_a_trouble_of_that_member()
    {
        _hostile.Complains(All, Hostile.File("dir/file"), Hostile.File("dir"), Hostile.Of(EntryKind.SymbolicLink, "dir", "../outside"), Hostile.Piece("dir", 0, 10, "01234"), Hostile.Piece("dir", 5, 10, "56789"));
        Assert.Equal(["dir", "dir/file"], _hostile.Names);
    }

    [Fact]
    public void Garbage_behind_a_good_entry_ends_it()
    {
        _hostile.Refuses(Plain, [.. Hostile.File("file"), 1, 2, 3]);
        Assert.Equal(["file"], _hostile.Names);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void Nobody_is_told_what_lies_elsewhere(string name)
    {
        var to = new WireWriter();
        new Want(1, name).Write(to);
        Assert.Throws<ProtocolException>(() => Want.Read(to.Written));
    }

    [Fact]
    public void Nobody_is_told_what_was_not_asked_for()
    {
        Listing.Shell(_hostile.Target, "echo mine > mine");
        using (var sink = _hostile.Open(Plain | TreeFlags.Resume, asked: Asked("asked")))
        {
            Assert.Throws<ProtocolException>(() => Read(sink.Inventory(["mine"])));
        }

        using (var sink = _hostile.Open(asked: Asked("asked")))
        {
            Assert.Throws<ProtocolException>(() => Read(sink.Inventory(["asked"])));
        }
    }

    public void Dispose() => _hostile.Dispose();

    /// <summary>A directory, then a link, then nothing; the copy makes a directory of it again at any time.</summary>
    private static void Swap(Folder folder)
    {
        try
        {
            folder.TryMake("dir", 0x1FF);
            folder.TryLink("../outside", "link");
            folder.Rename("dir", $"old{Random.Shared.Next()}");
            folder.Rename("link", "dir");
            folder.Remove("dir");
        }
        catch (LinuxException)
        {
            // The copy was there in between.
        }
    }

    private static AskedNames Asked(params string[] names) => new(Resource.Tree("", names, Plain, []));

    private static void Read(IInventory taker)
    {
        using (taker)
        {
            while (taker.Read(new byte[128 * 1024]) > 0)
            {
                // All of it.
            }
        }
    }
}
