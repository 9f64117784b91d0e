using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>One member that cannot be had does not spoil the others, whatever comes first.</summary>
public sealed class TroubleTests : IDisposable
{
    private const TreeFlags Plain = TreeFlags.Recurse;
    private readonly Hostile _hostile = new();

    [Fact]
    public void Pieces_behind_the_trouble_of_their_file_are_dropped()
    {
        _hostile.Send(Plain, Hostile.Of(EntryKind.Trouble, "large", "large: input/output error"), Hostile.Piece("large", 0, 20, "0123456789"), Hostile.File("good"));
        _hostile.Check();
        Assert.Equal(["good"], _hostile.Names);
    }

    [Fact]
    public void Pieces_in_front_of_the_trouble_of_their_file_are_dropped()
    {
        _hostile.Send(Plain, Hostile.Piece("large", 0, 20, "0123456789"), Hostile.Of(EntryKind.Trouble, "large", "large: input/output error"), Hostile.Piece("large", 10, 20, "0123456789"));
        _hostile.Check();
        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_large_file_that_cannot_be_written_is_named_once()
    {
        _hostile.Send(Plain, Hostile.File("file"), Hostile.Piece("file/large", 0, 20, "0123456789"), Hostile.Piece("file/large", 10, 20, "0123456789"));
        Assert.Single(_hostile.Ear.Troubles);
    }

    [Fact]
    public void Nothing_is_deleted_where_the_sender_had_trouble()
    {
        Listing.Shell(_hostile.Target, "mkdir dir; touch dir/old");
        _hostile.Send(Plain | TreeFlags.Delete, Hostile.Of(EntryKind.Directory, "dir"), Hostile.Of(EntryKind.Trouble, "dir", "dir: input/output error"));
        Assert.Equal(["dir", "dir/old"], _hostile.Names);
    }

    [Fact]
    public void Who_watches_hears_of_it()
    {
        var heard = new Ear();
        using var sink = new TreeSink(Resource.Tree("", [_hostile.Target], Plain, []), null, _hostile.Tally, _hostile.Ear.Trouble, heard.Trouble);
        Hostile.Send(sink, Hostile.Of(EntryKind.Trouble, "a", "a: permission denied"));
        sink.Commit(0);
        Assert.Equal(["a: permission denied"], heard.Troubles);
    }

    [Fact]
    public async Task A_file_that_is_given_up_while_it_is_written_stays_out_of_the_way_of_others()
    {
        // Its descriptor must not be closed under those who write into it: the number would be that of another file.
        using var sink = _hostile.Open();
        var text = new string('x', 100_000);
        var other = new string('y', 1000);
        for (var round = 0; round < 50; round++)
        {
            var name = $"large{round}";
            var writers = Enumerable.Range(0, 3).Select(lane => Limit.Of(() =>
            {
                for (var i = 0; i < 10; i++)
                {
                    sink.Write(Hostile.Piece(name, ((i * 3) + lane) * 100_000L, 4_000_000, text), 0);
                }
            })).ToList();
            sink.Write(Hostile.Of(EntryKind.Trouble, name, "gone"), 0);
            for (var i = 0; i < 20; i++)
            {
                sink.Write(Hostile.File($"good{round}-{i}", other), 0);
            }

            await Task.WhenAll(writers);
        }

        sink.Commit(0);
        _hostile.Check();
        Assert.Equal(1000, _hostile.Names.Length);
        Assert.All(_hostile.Names, name => Assert.Equal(other, File.ReadAllText(Path.Combine(_hostile.Target, name))));
    }

    [Fact]
    public async Task A_copy_that_is_aborted_while_it_is_written_leaves_nothing_half()
    {
        for (var round = 0; round < 20; round++)
        {
            using var sink = _hostile.Open();
            var writers = Enumerable.Range(0, 3).Select(lane => Limit.Of(() =>
            {
                for (var i = 0; i < 20; i++)
                {
                    sink.Write(Hostile.Piece("large", ((i * 3) + lane) * 10L, 10_000, "0123456789"), 0);
                }
            })).ToList();
            sink.Abort();
            await Task.WhenAll(writers);
        }

        _hostile.Check();
        Assert.Empty(_hostile.Names);
    }

    public void Dispose() => _hostile.Dispose();
}
