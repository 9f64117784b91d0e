using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A sequence of steps. Used under the lock of the walk.</summary>
internal abstract class Cursor : IDisposable
{
    public abstract bool TryNext(out Step step);

    public abstract void Dispose();
}

/// <summary>Steps that are known in advance.</summary>
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
/// <param name="folder">The folder, already taken; released on Dispose.</param>
/// <param name="excludes">Patterns of excluded members.</param>
internal sealed class FolderCursor(SourceFolder folder, string[] excludes) : Cursor
{
    private readonly FolderReader _reader = new(folder.Folder);
    private bool _hasFailed;
    private bool _hasTold;

    /// <summary>Whether to report the first excluded member as a step.</summary>
    public bool TellsExcluded { get; init; }

    public override bool TryNext(out Step step)
    {
        try
        {
            while (!_hasFailed && _reader.TryNext(out var name, out var type))
            {
                var path = TreePath.Join(folder.Path, name);
                if (!Glob.AnyFits(excludes, folder.BelowSource(path), name))
                {
                    // Unknown means that the member is to be followed.
                    var known = type != MemberType.Unknown ? type : Entry.TypeOf(folder.Folder.Status(name, follow: false));
                    step = new Step.Member(folder.Take(), name, path, known);
                    return true;
                }

                if (TellsExcluded && !_hasTold)
                {
                    _hasTold = true;
                    step = new Step.Excluded(folder.Path);
                    return true;
                }
            }
        }
        catch (LinuxException e)
        {
            _hasFailed = true;
            step = new Step.ItemError(folder.Path, e.Message);
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

/// <summary>The pieces of a large file, or of a range of it.</summary>
/// <param name="file">Closed with its last piece.</param>
/// <param name="from">Start of the range.</param>
/// <param name="to">End of the range.</param>
/// <param name="hasHoles">Whether holes are separate pieces; otherwise they are read as zeros.</param>
internal sealed class FileCursor(SourceFile file, long from, long to, bool hasHoles) : Cursor
{
    /// <summary>Leaves room for the entry's header in a block of the usual size. A multiple of the page size.</summary>
    public const int PieceSize = Defaults.Block - (64 * 1024);

    /// <summary>Whether the target is known to differ in this range.</summary>
    public bool IsDifferent { get; init; }

    private long _position = from;
    private long _hole = hasHoles ? from : to;

    public override bool TryNext(out Step step)
    {
        var data = _position < _hole ? _position : Data(_position);
        if (data > _position)
        {
            step = new Step.Piece(file, _position, data - _position, PieceOrigin.Hole) { IsDifferent = IsDifferent };
            _position = data;
            return true;
        }

        var span = Math.Min(PieceSize, _hole - _position);
        step = new Step.Piece(file, _position, span, PieceOrigin.Sent) { IsDifferent = IsDifferent };
        _position += span;
        return span > 0;
    }

    public override void Dispose()
    {
        // The last piece closes the file.
    }

    private long Data(long position)
    {
        try
        {
            var data = file.Fd.NextData(position, to);
            _hole = data < to ? file.Fd.NextHole(data, to) : data;
            return data;
        }
        catch (LinuxException)
        {
            // The error will show when the range is read.
            _hole = to;
            return position;
        }
    }
}
