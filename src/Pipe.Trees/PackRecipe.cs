using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A block of a tree without the bytes of files, and the places to read those from.</summary>
internal sealed class PackRecipe : BlockRecipe
{
    private const int PieceOverhead = 96;
    private readonly byte[] _frame;
    private readonly List<Piece> _pieces = [];

    /// <param name="pack">The block.</param>
    /// <param name="roots">The roots of the tree.</param>
    public PackRecipe(ReadOnlySpan<byte> pack, TreeRoot[] roots)
    {
        var frame = new List<byte>();
        for (var rest = pack; !rest.IsEmpty;)
        {
            var start = rest;
            var entry = TreeEntry.Read(ref rest);
            frame.AddRange(start[..entry.OverheadSize]);
            if (!entry.Data.IsEmpty)
            {
                _pieces.Add(new Piece(frame.Count, entry.Data.Length, PathOf(RawText.Decode(entry.Path), roots), entry.Offset));
            }
        }

        _frame = [.. frame];
        Size = _frame.Length + _pieces.Sum(piece => PieceOverhead + (sizeof(char) * piece.Path.Length));
    }

    public override int Size { get; }

    public override void Read(Span<byte> block)
    {
        var (framed, at) = (0, 0);
        foreach (var piece in _pieces)
        {
            _frame.AsSpan(framed, piece.Frame - framed).CopyTo(block[at..]);
            at += piece.Frame - framed;
            framed = piece.Frame;
            Read(piece, block.Slice(at, piece.Length));
            at += piece.Length;
        }

        _frame.AsSpan(framed).CopyTo(block[at..]);
    }

    private static void Read(Piece piece, Span<byte> bytes)
    {
        try
        {
            using var file = Fd.Open(piece.Path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoTerminal);
            if (file.ReadAt(bytes, piece.Offset) < bytes.Length)
            {
                throw new Failure(ExitCode.Objects, $"{piece.Path}: the file became shorter while it was read");
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>The local path of a member. Of two sources with the same name the first is used; the digest shows if that was wrong.</summary>
    private static string PathOf(string member, TreeRoot[] roots)
    {
        foreach (var (path, name, _) in roots.Where(root => root.Name.Length > 0))
        {
            if (member == name || member.StartsWith($"{name}/", StringComparison.Ordinal))
            {
                return path.TrimEnd('/') + member[name.Length..];
            }
        }

        return Paths.Join(roots.First(root => root.Name.Length == 0).Path, member);
    }

    /// <param name="Frame">Number of bytes of the frame before it.</param>
    /// <param name="Length">Number of bytes.</param>
    /// <param name="Path">The path of the file.</param>
    /// <param name="Offset">The offset in the file.</param>
    private readonly record struct Piece(int Frame, int Length, string Path, long Offset);
}
