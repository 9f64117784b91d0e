using Pipe.Protocol;

namespace Pipe.Trees.Tests;

public sealed class TreeProgressTests
{
    private readonly TreeProgress _progress = new() { Remembered = 2 };

    [Fact]
    public void A_large_file_is_done_with_its_last_piece()
    {
        Take("large", 100, 60, 40);
        Take("large", 100, 0, 30);
        Assert.Equal((0, 70), (_progress.Files, _progress.Bytes));
        Assert.Equal(("large", 100, 70), (_progress.Current!.Path, _progress.Current.Size, _progress.Current.Done));
        Assert.Empty(_progress.TakeFinished().Files);
        Take("large", 100, 30, 30);
        Assert.Equal((1, 100), (_progress.Files, _progress.Bytes));
        Assert.Equal(["large"], _progress.TakeFinished().Files.Select(file => file.Path));
        Assert.Empty(_progress.TakeFinished().Files);
    }

    [Fact]
    public void The_file_at_hand_is_the_one_that_takes_longest_or_was_last()
    {
        Assert.Null(_progress.Current);
        Take("small", 5, 0, 5);
        Assert.Equal(("small", 5, 5), (_progress.Current!.Path, _progress.Current.Size, _progress.Current.Done));
        Take("first", 100, 0, 10);
        Take("second", 100, 0, 90);
        Take("smaller", 4, 0, 4);
        Assert.Equal("first", _progress.Current!.Path);
        Take("first", 100, 10, 90);
        Assert.Equal("second", _progress.Current!.Path);
        Take(new TreeEntry { Kind = EntryKind.Error, Path = "second"u8 });
        Assert.Equal("first", _progress.Current!.Path);
    }

    [Fact]
    public void No_more_names_are_kept_than_are_asked_for_but_those_of_large_files()
    {
        for (var i = 0; i < 10; i++)
        {
            Take($"small{i}", 1, 0, 1);
        }

        Take("large", 100, 0, 99);
        Take("large", 100, 99, 1);
        var (files, more) = _progress.TakeFinished();
        Assert.Equal(["small0", "small1", "large"], files.Select(file => file.Path));
        Assert.Equal(8, more);
        Assert.Equal(0, _progress.TakeFinished().More);
    }

    [Fact]
    public void Links_and_the_like_are_files_and_directories_are_not()
    {
        foreach (var kind in new[] { EntryKind.SymbolicLink, EntryKind.HardLink, EntryKind.Fifo, EntryKind.Socket, EntryKind.CharacterDevice, EntryKind.BlockDevice, EntryKind.Directory })
        {
            Take(new TreeEntry { Kind = kind, Path = "x"u8, Text = "y"u8, Size = 5 });
        }

        Assert.Equal((6, 0), (_progress.Files, _progress.Bytes));
    }

    private void Take(string path, long size, long offset, long span) =>
        Take(new TreeEntry { Kind = EntryKind.File, Path = RawText.Encode(path), Size = size, Offset = offset, Span = span });

    private void Take(scoped in TreeEntry entry) => _progress.Take(entry);
}
