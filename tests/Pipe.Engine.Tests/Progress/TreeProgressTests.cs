using System.Text;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class TreeProgressTests
{
    private const int Span = 100;

    [Fact]
    public void A_file_that_is_given_up_counts_no_bytes_whenever_its_pieces_come()
    {
        var tree = new TreeProgress();
        TakePiece(tree, "spoiled", 0);
        TakePiece(tree, "whole", 0);
        tree.Drop("spoiled"u8);
        TakePiece(tree, "spoiled", 1);
        TakePiece(tree, "whole", 1);
        Assert.Equal((1L, 2L * Span), (tree.Files, tree.Bytes));
    }

    [Theory]
    [InlineData(EntryMark.None, 0, 0)]
    [InlineData(EntryMark.Torn, 1, 2 * Span)]
    [InlineData(EntryMark.Lessened, 1, 2 * Span)]
    public void Only_an_error_that_ends_a_file_subtracts_its_bytes(long mark, long files, long bytes)
    {
        var tree = new TreeProgress();
        TakePiece(tree, "file", 0);
        tree.Take(new TreeEntry { Kind = EntryKind.Error, Path = "file"u8, Size = mark });
        if (mark != EntryMark.None)
        {
            TakePiece(tree, "file", 1);
        }

        Assert.Equal((files, bytes), (tree.Files, tree.Bytes));
    }

    private static void TakePiece(TreeProgress tree, string path, int number) =>
        tree.Take(new TreeEntry { Kind = EntryKind.File, Path = Encoding.ASCII.GetBytes(path), Size = 2 * Span, Offset = number * Span, Span = Span });
}
