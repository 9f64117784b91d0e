using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees.Tests;

/// <summary>What is left of a large file, and who takes it up.</summary>
public sealed class TargetFileTests : IDisposable
{
    private const long Size = 16 << 20;
    private const int Half = 8 << 20;
    private readonly Hostile _hostile = new();

    [Fact]
    public void What_came_of_a_large_file_stays_under_a_name_of_its_own()
    {
        Begin();
        Assert.Equal([PartFile.Of("large")], _hostile.Names);
    }

    [Fact]
    public void A_later_copy_that_resumes_takes_it_up()
    {
        Begin();
        using (var sink = _hostile.Open(TreeFlags.Recurse | TreeFlags.Resume))
        {
            Hostile.Send(sink, There(0, Half), Hostile.Hole("large", Half, Size, Size - Half));
            sink.Commit(0);
        }

        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal("beginning", Beginning());
        Assert.Equal(Size, new FileInfo(Path.Combine(_hostile.Target, "large")).Length);
    }

    [Fact]
    public void A_later_copy_that_does_not_resume_starts_anew()
    {
        Begin();
        _hostile.Send(TreeFlags.Recurse, Hostile.Hole("large", 0, Size, Size));
        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal(new string('\0', 9), Beginning());
    }

    [Fact]
    public void Two_copies_at_once_do_not_share_it()
    {
        using var one = _hostile.Open();
        using var other = _hostile.Open();
        Hostile.Send(one, Hostile.Piece("large", 0, Size, "one"));
        Hostile.Send(other, Hostile.Piece("large", 0, Size, "two"), Hostile.Hole("large", 3, Size, Size - 3));
        other.Commit(0);
        Assert.Equal("two", Beginning()[..3]);
        Hostile.Send(one, Hostile.Hole("large", 3, Size, Size - 3));
        one.Commit(0);
        Assert.Equal("one", Beginning()[..3]);
        Assert.Equal(["large"], _hostile.Names);
    }

    [Fact]
    public void A_small_file_leaves_nothing()
    {
        using (var sink = _hostile.Open())
        {
            Hostile.Send(sink, Hostile.Piece("small", 0, 20, "0123456789"));
        }

        Assert.Empty(_hostile.Names);
    }

    [Fact]
    public void A_large_file_with_the_longest_name_arrives()
    {
        var ascii = new string('n', 255);
        var wide = new string('\u4e2d', 85);
        foreach (var name in new[] { ascii, wide })
        {
            _hostile.Send(TreeFlags.Recurse, Hostile.Piece(name, 0, Size, "one"), Hostile.Hole(name, 3, Size, Size - 3));
        }

        Assert.Empty(_hostile.Ear.Troubles);
        Assert.Equal([ascii, wide], _hostile.Names);
    }

    [Fact]
    public void Pieces_that_are_all_there_leave_the_old_file_where_it_is()
    {
        Listing.Shell(_hostile.Target, "truncate -s 16M large; printf old | dd of=large conv=notrunc 2> /dev/null");
        var inode = FileStatus.Of(Path.Combine(_hostile.Target, "large"))!.Value.Inode;
        using var sink = _hostile.Open(TreeFlags.Recurse | TreeFlags.Resume);
        Hostile.Send(sink, There(0, Half), There(Half, Size - Half));
        sink.Commit(0);
        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal(inode, FileStatus.Of(Path.Combine(_hostile.Target, "large"))!.Value.Inode);
    }

    [Fact]
    public void What_is_the_same_in_the_old_file_is_copied_from_it()
    {
        Listing.Shell(_hostile.Target, "truncate -s 16M large; printf old | dd of=large conv=notrunc 2> /dev/null");
        using var sink = _hostile.Open(TreeFlags.Recurse | TreeFlags.Resume);
        Hostile.Send(sink, There(0, Half), Hostile.Piece("large", Half, Size, "new"), There(Half + 3, Size - Half - 3));
        sink.Commit(0);
        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal("old", Beginning()[..3]);
    }

    [Fact]
    public void Nobody_takes_it_up_between_the_last_piece_and_its_name()
    {
        using var folder = Folder.Open(_hostile.Target);
        using var file = new TargetFile(folder.Beneath(""), "large", Size, ".temporary", resumes: false);
        using var late = Fd.Open(Path.Combine(_hostile.Target, PartFile.Of("large")), OpenFlags.ReadWrite);
        file.Finish(whole =>
        {
            Assert.False(late.TryLock());
            whole.Rename("large");
            return true;
        });
        Assert.False(PartFile.TryLock(folder, PartFile.Of("large"), late));
    }

    [Fact]
    public void Where_the_other_side_is_lost_a_later_copy_takes_it_up_and_the_earlier_one_gives_in()
    {
        using var lost = _hostile.Open();
        Hostile.Send(lost, Hostile.Piece("large", 0, Size, "beginning"));
        lost.Yield();
        lost.Yield();
        using (var later = _hostile.Open(TreeFlags.Recurse | TreeFlags.Resume))
        {
            Hostile.Send(later, There(0, Half));
            Assert.Equal(ExitCode.Objects, Assert.Throws<Failure>(lost.Retake).Code);
            Hostile.Send(later, Hostile.Hole("large", Half, Size, Size - Half));
            later.Commit(0);
        }

        Assert.Throws<Failure>(lost.Retake);
        lost.Abort();
        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal("beginning", Beginning());
    }

    [Fact]
    public void A_later_copy_that_has_come_and_gone_meanwhile_has_taken_it_up_too()
    {
        using var lost = _hostile.Open();
        Hostile.Send(lost, Hostile.Piece("large", 0, Size, "beginning"));
        lost.Yield();
        using (var later = _hostile.Open(TreeFlags.Recurse | TreeFlags.Resume))
        {
            Hostile.Send(later, Hostile.Piece("large", 0, Size, "something"));
        }

        Assert.Throws<Failure>(lost.Retake);
    }

    [Fact]
    public void Where_the_other_side_comes_back_in_time_the_copy_goes_on()
    {
        using var lost = _hostile.Open();
        Hostile.Send(lost, Hostile.Piece("large", 0, Size, "beginning"));
        var before = FileStatus.Of(Path.Combine(_hostile.Target, PartFile.Of("large")))!.Value;
        lost.Yield();
        lost.Retake();
        Assert.False(FileStatus.Of(Path.Combine(_hostile.Target, PartFile.Of("large")))!.Value.HasChangedSince(before));
        using (var later = _hostile.Open())
        {
            Hostile.Send(later, Hostile.Piece("large", 0, Size, "something"));
        }

        Hostile.Send(lost, Hostile.Hole("large", 9, Size, Size - 9));
        lost.Commit(0);
        Assert.Equal(["large"], _hostile.Names);
        Assert.Equal("beginning", Beginning());
    }

    public void Dispose() => _hostile.Dispose();

    private void Begin()
    {
        using var sink = _hostile.Open();
        Hostile.Send(sink, Hostile.Piece("large", 0, Size, "beginning"));
        sink.Abort();
    }

    private string Beginning()
    {
        using var fd = Fd.Open(Path.Combine(_hostile.Target, "large"), OpenFlags.ReadOnly);
        var bytes = new byte[9];
        fd.ReadAt(bytes, 0);
        return RawText.Decode(bytes);
    }

    private static byte[] There(long offset, long span) =>
        Hostile.Pack(new TreeEntry { Kind = EntryKind.File, Origin = PieceOrigin.There, Path = "large"u8, Mode = 0x1A4, Size = Size, Offset = offset, Span = span });
}
