using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// The progress meter on the terminal. A single file has scp's line. Several files have a line for the current file and below it one
/// for the whole copy; completed files leave their lines above, as with scp, unless they come too fast to be read.
/// </summary>
/// <param name="messages">Draws the lines.</param>
/// <param name="sizeOf">Rows and columns of the terminal.</param>
/// <param name="isPlain">The terminal can redraw only one line.</param>
internal sealed class Meter(Messages messages, Func<(int Rows, int Columns)> sizeOf, bool isPlain)
{
    /// <summary>Completed files per second up to which names can be read.</summary>
    public const int Readable = 20;

    /// <summary>Columns that stay free, so that the terminal's echo of ^C does not wrap the line.</summary>
    private const int Margin = 3;

    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private Plan _plan = null!;
    private Tally _tally = null!;
    private string _name = "";
    private Speed _speed = new();
    private FileProgress? _current;
    private Speed _currentSpeed = new();
    private TimeSpan _began;

    /// <summary>Called when a copy begins.</summary>
    public void Begin(Plan plan, Tally tally)
    {
        (_plan, _tally, _name, _current, _began) = (plan, tally, MeterLine.NameOf(plan), null, TimeSpan.Zero);
        tally.Tree.Remembered = Readable;
    }

    /// <summary>Called before the first bytes move.</summary>
    public void Move(TimeSpan now) => (_began, _speed) = (now, new Speed(now));

    /// <summary>Called once a second.</summary>
    public void Draw(TimeSpan now)
    {
        var (rows, columns) = sizeOf();
        _speed.Sample(now, Bytes);
        SampleCurrent(now);
        messages.Draw([.. Done(columns - Margin)], Lines(now, rows, columns - Margin), columns);
    }

    /// <summary>Draws the final lines of a successful copy.</summary>
    public void End(Outcome outcome, TimeSpan now)
    {
        if (_plan.TreeAction != TreeAction.Copy)
        {
            messages.EraseDrawing();
            return;
        }

        AwaitLast();
        var columns = sizeOf().Columns;
        var width = columns - Margin;
        var elapsed = _began > TimeSpan.Zero ? now - _began : outcome.Elapsed;
        var bytes = IsTree ? _tally.Tree.Bytes : outcome.Bytes;
        var name = !IsTree || IsSingle ? Single : MeterLine.Files(_tally.Tree.Files, -1);
        messages.Draw([.. Done(width), MeterLine.Final(name, bytes, elapsed, width, isPart: _tally.Failed > 0)], [], columns);
    }

    /// <summary>The verdict may overtake the last acknowledgements, which another thread processes.</summary>
    private void AwaitLast()
    {
        var files = _tally.FilesFound < 0 ? 1 : _tally.FilesFound;
        for (var i = 0; i < 100 && IsTree && _tally.Tree.Files < files; i++)
        {
            Thread.Sleep(2);
        }
    }

    private bool IsTree => _plan.There.Kind == ResourceKind.Tree;

    /// <summary>Whether the tree has, or so far seems to have, only one file.</summary>
    private bool IsSingle => _tally.FilesFound == 1
        || (_tally.FilesFound < 0 && _tally.Tree.Files <= 1 && !_plan.There.Flags.HasFlag(TreeFlags.Recurse) && Source.Names.Length == 1);

    /// <summary>The name of the single file, which may differ from the requested name.</summary>
    private string Single => IsTree && _tally.Tree.Current is { } file ? NameOf(file) : _name;

    private Resource Source => _plan.Direction == Direction.Read ? _plan.There : _plan.Here;

    private long Bytes => IsTree ? _tally.Tree.Bytes : _tally.Bytes;

    private void SampleCurrent(TimeSpan now)
    {
        var file = IsTree ? _tally.Tree.Current : null;
        if (file != _current)
        {
            (_current, _currentSpeed) = (file, new Speed(now - (file?.Elapsed ?? TimeSpan.Zero)));
        }

        _currentSpeed.Sample(now, file?.Done ?? 0);
    }

    private List<string> Lines(TimeSpan now, int rows, int columns)
    {
        var elapsed = now - _began;
        if (!IsTree || IsSingle)
        {
            return [MeterLine.Running(Single, Bytes, _tally.Total, _speed, elapsed, columns)];
        }

        var files = MeterLine.Files(_tally.Tree.Files, _tally.FilesFound);
        if (isPlain || rows < 3)
        {
            return [MeterLine.Running($"{files}, {NameOf(_current)}", Bytes, _tally.Total, _speed, elapsed, columns)];
        }

        return [CurrentLine(columns), MeterLine.Running(files, Bytes, _tally.Total, _speed, elapsed, columns)];
    }

    private string CurrentLine(int columns) => _current is not { } file ? Columns.Fit(_name, columns)
        : file.Done >= file.Size ? MeterLine.Whole(NameOf(file), file.Size, columns)
        : MeterLine.Running(NameOf(file), file.Done, file.Size, _currentSpeed, file.Elapsed, columns);

    /// <summary>The lines of completed files. Files that took at least <see cref="Noticed"/> always get one.</summary>
    private IEnumerable<string> Done(int columns)
    {
        if (!IsTree)
        {
            return [];
        }

        var (files, more) = _tally.Tree.TakeFinished();
        var isReadable = more == 0 && files.Length <= Readable;
        return IsSingle ? [] : files.Where(file => isReadable || file.Elapsed >= Noticed).OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => Of(file, columns));
    }

    private static string Of(FileProgress file, int columns) => file.Elapsed >= Noticed
        ? MeterLine.Final(NameOf(file), file.Size, file.Elapsed, columns)
        : MeterLine.Whole(NameOf(file), file.Size, columns);

    private static string NameOf(FileProgress? file) => MeterLine.Leaf(file?.Path ?? "");
}
