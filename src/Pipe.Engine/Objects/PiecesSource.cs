using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The bytes of the files PATH_0, PATH_1 and so on, up to the first number that does not exist.</summary>
internal sealed class PiecesSource : IRangeSource
{
    private readonly IReadOnlyList<FileSource> _pieces;
    private readonly long[] _starts;

    private PiecesSource(IReadOnlyList<FileSource> pieces)
    {
        _pieces = pieces;
        _starts = new long[pieces.Count + 1];
        for (var i = 0; i < pieces.Count; i++)
        {
            _starts[i + 1] = _starts[i] + pieces[i].Size;
        }
    }

    public long Size => _starts[^1];

    public int Mode => Terms.NoMode;

    /// <exception cref="Failure">The first file cannot be opened, or a later one that exists.</exception>
    public static PiecesSource Open(string path)
    {
        var pieces = new List<FileSource>();
        try
        {
            for (var number = 0; number == 0 || FileStatus.Of(NameOf(path, number)) is not null; number++)
            {
                var fd = Fd.Open(NameOf(path, number), OpenFlags.ReadOnly | OpenFlags.NoTerminal);
                pieces.Add(new FileSource(fd, FileStatus.Of(fd)));
            }

            return new PiecesSource(pieces);
        }
        catch (LinuxException e)
        {
            pieces.ForEach(static piece => piece.Dispose());
            throw Failure.Of(e);
        }
    }

    public void Read(Span<byte> buffer, long offset)
    {
        for (var piece = PieceAt(offset); buffer.Length > 0; piece++)
        {
            var part = (int)Math.Min(buffer.Length, _starts[piece + 1] - offset);
            _pieces[piece].Read(buffer[..part], offset - _starts[piece]);
            buffer = buffer[part..];
            offset += part;
        }
    }

    public long NextData(long from) => Next(from, static (piece, at) => piece.NextData(at));

    public long NextHole(long from) => Next(from, static (piece, at) => piece.NextHole(at));

    public void Finish()
    {
        foreach (var piece in _pieces)
        {
            piece.Finish();
        }
    }

    public void Abort()
    {
        // A read of a file returns by itself.
    }

    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }
    }

    internal static string NameOf(string path, int number) => string.Create(CultureInfo.InvariantCulture, $"{path}_{number}");

    /// <summary>The first offset that a search finds in a piece before its end; Size if there is none.</summary>
    private long Next(long from, Func<FileSource, long, long> search)
    {
        for (var piece = PieceAt(from); piece < _pieces.Count; piece++)
        {
            var found = search(_pieces[piece], Math.Max(0, from - _starts[piece]));
            if (found < _pieces[piece].Size)
            {
                return _starts[piece] + found;
            }
        }

        return Size;
    }

    private int PieceAt(long offset)
    {
        var found = Array.BinarySearch(_starts, offset);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Empty files start where the next one does.
        while (found + 1 < _starts.Length && _starts[found + 1] == offset)
        {
            found++;
        }

        return found;
    }
}
