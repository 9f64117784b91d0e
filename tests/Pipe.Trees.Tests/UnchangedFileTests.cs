using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>Large files that the target has already, in pieces: nothing is opened or written for them unless a piece differs.</summary>
public sealed class UnchangedFileTests : IDisposable
{
    private const TreeFlags Resumes = TreeFlags.Recurse | TreeFlags.Resume;
    private readonly Hostile _hostile = new();

    [Fact]
    public void Many_incomplete_ones_take_no_descriptors_and_no_names()
    {
        Make("a", "one two");
        using var sink = _hostile.Open(Resumes);
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 3000; i++)
        {
            Hostile.Send(sink, There($"f{i}", 0, 2, 1));
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 100);
        Assert.Equal(["a"], _hostile.Names);
        Assert.Throws<ProtocolException>(() => sink.Commit(0));
    }

    [Fact]
    public void One_whose_pieces_are_all_there_stays_the_same_file()
    {
        Make("a", "one two");
        var inode = FileStatus.Of(PathOf("a"))!.Value.Inode;
        _hostile.Send(Resumes, There("a", 4, 7, 3), There("a", 0, 7, 4));
        Assert.Equal(inode, FileStatus.Of(PathOf("a"))!.Value.Inode);
        Assert.Equal("one two", File.ReadAllText(PathOf("a")));
    }

    [Fact]
    public void One_of_which_a_later_piece_differs_is_put_together()
    {
        Make("a", "one two six");
        _hostile.Send(Resumes, There("a", 0, 11, 4), There("a", 7, 11, 4), Hostile.Piece("a", 4, 11, "TWO"));
        Assert.Equal("one TWO six", File.ReadAllText(PathOf("a")));
        Assert.Equal(["a"], _hostile.Names);
    }

    [Fact]
    public void Pieces_that_overlap_or_are_of_another_size_are_refused()
    {
        Make("a", "one two");
        _hostile.Refuses(Resumes, There("a", 0, 7, 4), There("a", 3, 7, 4));
        _hostile.Refuses(Resumes, There("a", 0, 7, 4), There("a", 4, 8, 3));
        _hostile.Refuses(Resumes, There("a", 0, 7, 4), There("a", 0, 7, 4));
    }

    public void Dispose() => _hostile.Dispose();

    private static byte[] There(string path, long offset, long size, long span) =>
        Hostile.Pack(new TreeEntry { Kind = EntryKind.File, Origin = PieceOrigin.There, Path = RawText.Encode(path), Mode = 0x1A4, Offset = offset, Size = size, Span = span });

    private void Make(string name, string text) => File.WriteAllText(PathOf(name), text);

    private string PathOf(string name) => Path.Combine(_hostile.Target, name);
}
