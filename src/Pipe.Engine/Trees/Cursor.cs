using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A place that steps come from, one after the other. Used under the lock of the walk.</summary>
internal abstract class Cursor : IDisposable
{
    public abstract bool TryNext(out Step step);

    public abstract void Dispose();
}

/// <summary>Steps that are known already.</summary>
internal sealed class StepsCursor(IEnumerable<Step> steps) : Cursor
{
    private readonly IEnumerator<Step> _steps = steps.GetEnumerator();

    public override bool TryNext(out Step step)
    {
        var has = _steps.MoveNext();
        step = has ? _steps.Current : null!;
        return has;
    }

    public override void Dispose() => _steps.Dispose();
}

/// <summary>The members of a directory.</summary>
/// <param name="folder">Taken already; let go in the end.</param>
/// <param name="excludes">Patterns of what is left out.</param>
internal sealed class FolderCursor(SourceFolder folder, string[] excludes) : Cursor
{
    private readonly FolderReader _reader = new(folder.Folder);
    private bool _hasFailed;

    public override bool TryNext(out Step step)
    {
        try
        {
            while (!_hasFailed && _reader.TryNext(out var name, out var type))
            {
                var path = TreePath.Join(folder.Path, name);
                if (!Glob.AnyFits(excludes, folder.BelowSource(path), name))
                {
                    // Unknown stands for one that is to be followed.
                    var known = type != MemberType.Unknown ? type : Entry.TypeOf(folder.Folder.Status(name, follow: false));
                    step = new Step.Member(folder.Take(), name, path, known);
                    return true;
                }
            }
        }
        catch (LinuxException e)
        {
            _hasFailed = true;
            step = new Step.Trouble(folder.Path, e.Message);
            return true;
        }

        step = null!;
        return false;
    }

    public override void Dispose()
    {
        _reader.Dispose();
        folder.LetGo();
    }
}

/// <summary>The pieces of a large file, holes left out.</summary>
internal sealed class FileCursor(SourceFile file) : Cursor
{
    /// <summary>Leaves room for what stands in front, in a block of the usual size. A multiple of a page.</summary>
    public const int PieceSize = Defaults.Block - (64 * 1024);

    private long _position;
    private long _hole = file.Status.IsSparse ? 0 : file.Status.Size;

    public override bool TryNext(out Step step)
    {
        var data = _position < _hole ? _position : Data(_position);
        if (data > _position)
        {
            step = new Step.Piece(file, _position, data - _position, PieceOrigin.Hole);
            _position = data;
            return true;
        }

        var span = Math.Min(PieceSize, _hole - _position);
        step = new Step.Piece(file, _position, span, PieceOrigin.Sent);
        _position += span;
        return span > 0;
    }

    public override void Dispose()
    {
        // The last piece closes the file.
    }

    private long Data(long from)
    {
        try
        {
            var data = file.Fd.NextData(from, file.Status.Size);
            _hole = data < file.Status.Size ? file.Fd.NextHole(data, file.Status.Size) : data;
            return data;
        }
        catch (LinuxException)
        {
            // Reading it will say what is wrong.
            _hole = file.Status.Size;
            return from;
        }
    }
}
