using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Pieces of files that a hostile sender makes up: a file is complete or it is not there.</summary>
public sealed class HostilePieceTests : IDisposable
{
    private const TreeFlags Plain = TreeFlags.Recurse;
    private const TreeFlags All = TreeFlags.Recurse | TreeFlags.All;
    private readonly Hostile _hostile = new();

    public void Dispose() => _hostile.Dispose();

    [Fact]
    public void A_file_of_which_a_piece_never_comes_is_not_there()
    {
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void The_same_piece_twice_does_not_make_a_file_complete()
    {
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Piece("large", 0, 20, "0123456789"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void Pieces_that_overlap_do_not_make_a_file_complete()
    {
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Piece("large", 5, 20, "0123456789"));
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Hole("large", 0, 20, 10));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_piece_of_a_complete_file_begins_another_one_that_is_never_complete()
    {
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Piece("large", 10, 20, "0123456789"), Hostile.Piece("large", 0, 20, "evil"));
        Assert.Equal("01234567890123456789", File.ReadAllText(Path.Combine(_hostile.Target, "large")));
    }

    [Fact]
    public void Pieces_that_do_not_agree_about_the_size_are_refused()
    {
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Piece("large", 10, 40, "0123456789"));
        _hostile.Refuses(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Piece("large", 10, 15, "01234"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_piece_beyond_the_end_is_refused() => _hostile.Refuses(Plain, Hostile.Piece("large", 15, 20, "0123456789"));

    [Fact]
    public void A_piece_far_out_takes_no_space()
    {
        _hostile.Complains(Plain, Hostile.Piece("large", long.MaxValue - 4, long.MaxValue, "evil"));
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_piece_that_is_said_to_be_there_is_refused_unless_it_was_asked_for()
    {
        Listing.Shell(_hostile.Target, "echo mine > mine");
        var there = new TreeEntry { Kind = EntryKind.File, Origin = PieceOrigin.There, Path = "mine"u8, Size = 5, Span = 5, Mode = 0xFFF };
        _hostile.Refuses(Plain, Hostile.Pack(there));
    }

    [Fact]
    public void What_is_called_like_the_unfinished_copy_of_a_file_that_arrives_is_left_out()
    {
        const long size = 10L << 20;
        _hostile.Complains(
            All,
            Hostile.Piece("large", 0, size, "evil"),
            Hostile.File(".large.pipe-part", "evil"),
            Hostile.Of(EntryKind.SymbolicLink, ".large.pipe-part", "../outside/secret"),
            Hostile.Hole("large", 4, size, size - 4));
        Assert.Equal(["large"], _hostile.Names);
    }

    [Fact]
    public void A_link_in_place_of_an_unfinished_copy_is_not_followed()
    {
        Listing.Shell(_hostile.Target, "ln -s ../outside/secret .large.pipe-part");
        const long size = 10L << 20;
        _hostile.Complains(Plain, Hostile.Piece("large", 0, size, "evil"), Hostile.Hole("large", 4, size, size - 4));
    }
}
