using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A block of a tree without the bytes of files, and where those are.</summary>
internal sealed class PackRecipe : BlockRecipe
{
    private const int PieceOverhead = 96;
    private readonly byte[] _frame;
    private readonly List<Piece> _pieces = [];

    /// <param name="pack">The block.</param>
    /// <param name="roots">Of the tree.</param>
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
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>The path here of a member; of two sources of one name the first one counts, and the digest shows whether it was that.</summary>
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

    /// <param name="Frame">Bytes of the frame before it.</param>
    /// <param name="Length">Of its bytes.</param>
    /// <param name="Path">Of the file.</param>
    /// <param name="Offset">In the file.</param>
    private readonly record struct Piece(int Frame, int Length, string Path, long Offset);
}
