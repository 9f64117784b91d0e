using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Large files of which only pieces have come that the target has already. Most of them are unchanged as a whole, so nothing is opened for them: there may
/// be far more than a process may have open files. The caller locks.
/// </summary>
internal sealed class UnchangedFiles
{
    /// <summary>Files of which some pieces have come and others not: far more than blocks in flight can hold.</summary>
    private const int Most = 200_000;

    private readonly Dictionary<string, (long Size, RangeLedger Pieces)> _files = [];

    /// <summary>A file of which not all pieces have come; null if there is none.</summary>
    public string? Incomplete => _files.Keys.FirstOrDefault();

    /// <summary>Adds a piece; true if it completes the file, which is then forgotten.</summary>
    /// <exception cref="Failure">There are too many such files.</exception>
    public bool Add(string path, scoped in TreeEntry piece)
    {
        if (!_files.TryGetValue(path, out var file))
        {
            if (_files.Count == Most)
            {
                throw new Failure(ExitCode.Objects, $"{RawText.Printable(path)}: pieces of more than {Most} files have arrived, and no file is complete");
            }

            _files.Add(path, file = (piece.Size, new RangeLedger(TargetFile.MostGaps)));
        }

        if (piece.Size != file.Size || (piece.Span > 0 && !file.Pieces.TryAdd(piece.Offset, piece.Span)))
        {
            ProtocolException.Throw($"tree: {RawText.Printable(path)}: the piece at {piece.Offset} of {piece.Size} bytes does not fit the others");
        }

        return file.Pieces.Covers(file.Size) && _files.Remove(path);
    }

    /// <summary>Takes back the parts of a file that turns out to have changed.</summary>
    public IReadOnlyList<(long Start, long End)> Take(string path) => _files.Remove(path, out var file) ? file.Pieces.Ranges : [];

    public void Clear() => _files.Clear();
}
