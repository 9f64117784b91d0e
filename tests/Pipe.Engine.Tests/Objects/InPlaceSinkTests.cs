using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class InPlaceSinkTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Name => _scratch["target"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_file_keeps_its_place_and_ends_where_the_copy_ends()
    {
        File.WriteAllText(Name, "0123456789");
        var before = FileStatus.Of(Name)!.Value;
        using var sink = Open();

        sink.Write("xy"u8, 2);
        sink.Commit(6);

        Assert.Equal("01xy45", File.ReadAllText(Name));
        Assert.Equal(before.Inode, FileStatus.Of(Name)!.Value.Inode);
    }

    [Fact]
    public void A_hole_becomes_zeros()
    {
        File.WriteAllBytes(Name, Enumerable.Repeat((byte)0xFF, 100_000).ToArray());
        using var sink = Open();

        sink.Hole(10, 50_000);
        sink.Commit(100_000);

        var bytes = File.ReadAllBytes(Name);
        Assert.Equal(-1, bytes.AsSpan(10, 50_000).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, bytes.AsSpan(0, 10).IndexOfAnyExcept((byte)0xFF));
        Assert.Equal(-1, bytes.AsSpan(50_010).IndexOfAnyExcept((byte)0xFF));
    }

    [Fact]
    public void A_longer_file_is_made_longer_even_by_a_hole()
    {
        File.WriteAllText(Name, "0");
        using var sink = Open();

        sink.Hole(1, 999);
        sink.Commit(1000);

        Assert.Equal(1000, new FileInfo(Name).Length);
    }

    [Fact]
    public void In_place_means_the_new_file_too()
    {
        using (var sink = Opening.Sink(At(new Terms(3, Terms.NoMode, Limits.MinBlock, 0))))
        {
            sink.Write("new"u8, 0);
            sink.Commit(3);
        }

        Assert.Equal("new", File.ReadAllText(Name));
    }

    private InPlaceSink Open() =>
        Assert.IsType<InPlaceSink>(Opening.Sink(At(new Terms(-1, Terms.NoMode, Limits.MinBlock, 0))));

    private OpenContext At(Terms terms) => new(Resource.File("", Name), Place.Local, new Tally())
    {
        Terms = terms,
        InPlace = true,
        Waiting = _ => { },
        WaitingForUser = _ => { },
        Trouble = _ => { },
        Unread = _ => { },
    };
}
