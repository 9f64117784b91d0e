using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>What killed copies have left goes with the next one; what others are at work on stays.</summary>
public sealed class TemporariesTests : IDisposable
{
    private const TreeFlags Plain = TreeFlags.Recurse;
    private readonly Hostile _hostile = new();

    [Fact]
    public void What_a_killed_copy_has_left_goes_with_the_next_one_into_the_same_directory()
    {
        var dead = new Temporaries();
        Listing.Shell(_hostile.Target, $"mkdir dir other; touch {dead.Next()} dir/{dead.Next()} other/{dead.Next()}; ln -s nowhere dir/{dead.Next()}; mkfifo dir/{dead.Next()}");
        _hostile.Send(Plain, Hostile.Of(EntryKind.Directory, "dir"), Hostile.File("dir/file"), Hostile.Of(EntryKind.Directory, "dir/new"));
        Assert.Equal(["dir", "dir/file", "dir/new", "other"], _hostile.Names.Where(name => !name.StartsWith("other/", StringComparison.Ordinal)));
        Assert.Single(_hostile.Names, name => name.StartsWith("other/", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_that_only_look_like_it_stay()
    {
        string[] names = [".pipe-", ".pipe-1", ".pipe-00000000000000000123456789ab-1", new Temporaries().Next() + "x", "a" + new Temporaries().Next()];
        Listing.Shell(_hostile.Target, "touch " + string.Join(' ', names));
        _hostile.Send(Plain, Hostile.File("file"));
        Assert.Equal(names.Append("file").Order(StringComparer.Ordinal), _hostile.Names);
    }

    [Theory]
    [InlineData((int)Plain)]
    [InlineData((int)(Plain | TreeFlags.Delete))]
    public void What_another_copy_is_at_work_on_stays(int flags)
    {
        using var other = _hostile.Open();
        Hostile.Send(other, Hostile.Piece("dir/large", 0, 20, "0123456789"));
        Assert.Single(_hostile.Names, name => Temporaries.IsOne(Path.GetFileName(name)));
        _hostile.Send((TreeFlags)flags, Hostile.Of(EntryKind.Directory, "dir"), Hostile.File("dir/file"));
        Hostile.Send(other, Hostile.Piece("dir/large", 10, 20, "0123456789"));
        other.Commit(0);
        Assert.Equal(["dir", "dir/file", "dir/large"], _hostile.Names);
        Assert.Empty(_hostile.Ear.Troubles);
    }

    [Fact]
    public void A_copy_that_was_aborted_does_not_keep_others_from_sweeping()
    {
        Listing.Shell(_hostile.Target, $"mkdir dir; touch dir/{new Temporaries().Next()}");
        using (var aborted = _hostile.Open())
        {
            Hostile.Send(aborted, Hostile.Piece("dir/large", 0, 20, "0123456789"));
        }

        _hostile.Send(Plain, Hostile.Of(EntryKind.Directory, "dir"));
        Assert.Equal(["dir"], _hostile.Names);
    }

    [Fact]
    public void A_member_that_is_called_like_one_is_left_out_and_named()
    {
        _hostile.Complains(Plain, Hostile.File(new Temporaries().Next()), Hostile.File("dir/" + new Temporaries().Next()));
        Assert.Empty(_hostile.Names);
    }

    public void Dispose() => _hostile.Dispose();
}
