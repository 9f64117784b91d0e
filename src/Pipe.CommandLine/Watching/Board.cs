using System.Globalization;

namespace Pipe.CommandLine;

/// <summary>The progress display: on a terminal a table that is redrawn each second, otherwise a line every ten seconds.</summary>
/// <param name="all">The copies.</param>
/// <param name="clock">The time since the start of the run.</param>
/// <param name="moved">Called each second for each copy that runs.</param>
/// <param name="messages">The output.</param>
internal sealed class Board(IReadOnlyList<IBoardRow> all, Func<TimeSpan> clock, Action<IBoardRow> moved, Messages messages) : IDisposable
{
    private const int Margin = 3;
    private const int LeastNameWidth = 8;
    private const int MostNameWidth = 40;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly bool _isDrawn = messages.Verbosity >= 0 && Terminal.IsErrorTerminal && !Terminal.IsPlain;
    private Timer? _timer;
    private TimeSpan _said;
    private bool _hasEnded;

    /// <summary>Whether the rows stay in the given order; otherwise active copies come first.</summary>
    public bool KeepsOrder { get; init; }

    public void Start() => _timer = new Timer(_ => Tick(), null, Second, Second);

    /// <summary>Removes the display; nothing is shown after this.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _timer?.Dispose();
            messages.EraseDrawing();
        }
    }

    /// <summary>Called by the timer.</summary>
    internal void Tick()
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            foreach (var one in all)
            {
                one.Sample(clock());
                if (IsRunning(one))
                {
                    moved(one);
                }
            }

            Show();
        }
    }

    /// <summary>The table. Copies that do not fit on the screen, those that are done first, are only counted in the last line.</summary>
    internal static List<string> Lines(IReadOnlyList<IBoardRow> all, int rows, int columns, bool keepsOrder = false)
    {
        var room = Math.Max(0, rows - 2);
        var shown = all.OrderBy(one => one.Rank).ThenBy(one => one.Bytes).Take(all.Count <= room ? all.Count : Math.Max(0, room - 1));
        if (keepsOrder)
        {
            var places = all.Select((one, place) => (one, place)).ToDictionary();
            shown = shown.OrderBy(one => places[one]);
        }

        var name = Math.Clamp(all.Max(static one => Columns.Of(one.Name)), LeastNameWidth, Math.Clamp(columns / 3, LeastNameWidth, MostNameWidth));
        return [.. shown.Select(one => Line(one, name, columns)), Columns.Fit(Summary(all), columns)];
    }

    /// <summary>A summary of all copies in one line.</summary>
    internal static string Summary(IReadOnlyList<IBoardRow> all)
    {
        var (done, failed) = (all.Count(one => one.Rank == BoardRank.Done), all.Count(one => one.Rank == BoardRank.Failed));
        var rate = all.Where(IsRunning).Sum(one => one.Rate);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{done} of {all.Count} done, {(failed > 0 ? $"{failed} failed, " : "")}{MeterLine.Amount(all.Sum(one => one.Bytes))} delivered, {MeterLine.Amount(rate)}/s");
    }

    private void Show()
    {
        if (_isDrawn)
        {
            // A login may ask for a password.
            if (Terminal.IsForeground() && !all.Any(one => one.MayPrompt))
            {
                var (rows, columns) = Terminal.ErrorSize();
                messages.Draw([], Lines(all, rows, columns - Margin, KeepsOrder), columns);
            }
        }
        else if (messages.Verbosity >= 0 && clock() - _said >= Pause)
        {
            _said = clock();
            messages.Note(0, Summary(all));
        }
    }

    private static bool IsRunning(IBoardRow one) => one.Rank is BoardRank.Moving or BoardRank.Waiting;

    private static string Line(IBoardRow one, int name, int columns)
    {
        var (bytes, total) = (one.Bytes, one.Total);
        var percent = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * bytes / total):0}%") : "";
        var left = total > bytes && one.Rate > 0 ? TimeSpan.FromSeconds(Math.Min((total - bytes) / one.Rate, 359999)).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) : "";
        return Columns.Fit(
            $"{Columns.Fit(one.Name, name)} {one.State,-12} {percent,4} {MeterLine.Amount(bytes),8} {(IsRunning(one) ? MeterLine.Amount(one.Rate) + "/s" : ""),10} {left,8}  {one.Detail}",
            columns);
    }
}
