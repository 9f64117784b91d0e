using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// What is drawn on the terminal while a copy runs. Of one file it is scp's line. Of several it is such a line for the file at hand,
/// and below it one for the whole job; files that are done leave their lines above, as with scp, as long as a person can read them.
/// </summary>
/// <param name="messages">Where it is drawn.</param>
/// <param name="sizeOf">Rows and columns of the terminal.</param>
/// <param name="isPlain">The terminal cannot draw over more than one line.</param>
internal sealed class Meter(Messages messages, Func<(int Rows, int Columns)> sizeOf, bool isPlain)
{
    /// <summary>Of more files a second nobody reads the names.</summary>
    public const int Readable = 20;

    /// <summary>Columns that stay free: the terminal shows the ^C of who has had enough, and the line must not wrap for it.</summary>
    private const int Margin = 3;

    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private Plan _plan = null!;
    private Tally _tally = null!;
    private string _name = "";
    private Speed _speed = new();
    private FileProgress? _atHand;
    private Speed _speedAtHand = new();
    private TimeSpan _began;

    /// <summary>A copy begins.</summary>
    public void Begin(Plan plan, Tally tally)
    {
        (_plan, _tally, _name, _atHand, _began) = (plan, tally, MeterLine.NameOf(plan), null, TimeSpan.Zero);
        tally.Tree.Remembered = Readable;
    }

    /// <summary>Its first bytes are about to move.</summary>
    public void Move(TimeSpan now) => (_began, _speed) = (now, new Speed(now));

    /// <summary>Once a second.</summary>
    public void Draw(TimeSpan now)
    {
        var (rows, columns) = sizeOf();
        _speed.Sample(now, Bytes);
        SampleAtHand(now);
        messages.Draw([.. Done(columns - Margin)], Lines(now, rows, columns - Margin), columns);
    }

    /// <summary>What stays on the screen of a copy that went well.</summary>
    public void End(Outcome outcome, TimeSpan now)
    {
        if (_plan.Errand != TreeErrand.Copy)
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
        messages.Draw([.. Done(width), MeterLine.Final(name, bytes, elapsed, width)], [], columns);
    }

    /// <summary>The verdict may overtake the last acknowledgements, which another thread takes in.</summary>
    private void AwaitLast()
    {
        var files = _tally.FilesFound < 0 ? 1 : _tally.FilesFound;
        for (var i = 0; i < 100 && IsTree && _tally.Tree.Files < files; i++)
        {
            Thread.Sleep(2);
        }
    }

    private bool IsTree => _plan.There.Kind == ResourceKind.Tree;

    /// <summary>One file, as far as anybody knows.</summary>
    private bool IsSingle => _tally.FilesFound == 1
        || (_tally.FilesFound < 0 && _tally.Tree.Files <= 1 && !_plan.There.Flags.HasFlag(TreeFlags.Recurse) && Source.Names.Length == 1);

    /// <summary>What the one file is called, which may not be what was asked for.</summary>
    private string Single => IsTree && _tally.Tree.AtHand is { } file ? NameOf(file) : _name;

    private Resource Source => _plan.Direction == Direction.Read ? _plan.There : _plan.Here;

    private long Bytes => IsTree ? _tally.Tree.Bytes : _tally.Bytes;

    private void SampleAtHand(TimeSpan now)
    {
        var file = IsTree ? _tally.Tree.AtHand : null;
        if (file != _atHand)
        {
            (_atHand, _speedAtHand) = (file, new Speed(now - (file?.Elapsed ?? TimeSpan.Zero)));
        }

        _speedAtHand.Sample(now, file?.Done ?? 0);
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
            return [MeterLine.Running($"{files}, {NameOf(_atHand)}", Bytes, _tally.Total, _speed, elapsed, columns)];
        }

        return [AtHand(columns), MeterLine.Running(files, Bytes, _tally.Total, _speed, elapsed, columns)];
    }

    private string AtHand(int columns) => _atHand is not { } file ? Columns.Fit(_name, columns)
        : file.Done >= file.Size ? MeterLine.Whole(NameOf(file), file.Size, columns)
        : MeterLine.Running(NameOf(file), file.Done, file.Size, _speedAtHand, file.Elapsed, columns);

    /// <summary>Those that were on the screen for a while are said in any case.</summary>
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
