using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dccli;

/// <summary>The progress display: on a terminal a table that is redrawn each second, otherwise a line every ten seconds.</summary>
/// <param name="all">The copies.</param>
/// <param name="report">Takes the progress events, and provides the elapsed time.</param>
/// <param name="messages">The output.</param>
internal sealed class Board(IReadOnlyList<Progress> all, Report report, Messages messages) : IDisposable
{
    private const int Margin = 3;
    private const int NameWidth = 24;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly bool _isDrawn = messages.Verbosity >= 0 && Terminal.IsErrorTerminal && !Terminal.IsPlain;
    private Timer? _timer;
    private TimeSpan _said;
    private bool _hasEnded;

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
                one.Sample(report.Elapsed);
                if (one.Result is null)
                {
                    report.Moved(one);
                }
            }

            Show();
        }
    }

    /// <summary>The table: active copies come first, and those that do not fit on the screen are counted in the last line.</summary>
    internal static List<string> Lines(IReadOnlyList<Progress> all, int rows, int columns)
    {
        var room = Math.Max(0, rows - 2);
        var shown = all.OrderBy(Order).ThenBy(one => one.Bytes).Take(all.Count <= room ? all.Count : Math.Max(0, room - 1)).ToList();
        return [.. shown.Select(one => Line(one, columns)), Columns.Fit(Summary(all), columns)];
    }

    /// <summary>A summary of all copies in one line.</summary>
    internal static string Summary(IReadOnlyList<Progress> all)
    {
        var (done, failed) = (all.Count(one => one.Result?.Outcome is not null), all.Count(one => one.Result is { Outcome: null }));
        var rate = all.Where(one => one.Result is null).Sum(one => one.Rate);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{done} of {all.Count} done, {(failed > 0 ? $"{failed} failed, " : "")}{MeterLine.Amount(all.Sum(one => one.Bytes))} delivered, {MeterLine.Amount(rate)}/s");
    }

    private void Show()
    {
        if (_isDrawn)
        {
            // A login may ask for a password.
            if (Terminal.IsForeground() && !all.Any(one => one is { Phase: Phase.Starting, Result: null } && one.Destination.Plan.Remote.MayPrompt))
            {
                var (rows, columns) = Terminal.ErrorSize();
                messages.Draw([], Lines(all, rows, columns - Margin), columns);
            }
        }
        else if (messages.Verbosity >= 0 && report.Elapsed - _said >= Pause)
        {
            _said = report.Elapsed;
            messages.Note(0, Summary(all));
        }
    }

    /// <summary>Sort order: active, waiting, failed, done.</summary>
    private static int Order(Progress one) => one.Result is { } result ? result.Outcome is null ? 2 : 3 : one.Phase >= Phase.Moving ? 0 : 1;

    private static string Line(Progress one, int columns)
    {
        var (bytes, total) = (one.Bytes, one.Tally.Total);
        var percent = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * bytes / total):0}%") : "";
        var left = total > bytes && one.Rate > 0 ? TimeSpan.FromSeconds(Math.Min((total - bytes) / one.Rate, 359999)).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) : "";
        return Columns.Fit(
            $"{Columns.Fit(one.Name, NameWidth)} {State(one),-12} {percent,4} {MeterLine.Amount(bytes),8} {(one.Result is null ? MeterLine.Amount(one.Rate) + "/s" : ""),10} {left,8}  {one.Wait}",
            columns);
    }

    private static string State(Progress one) => one.Result is { } result
        ? result.Outcome is null ? "failed" : "done"
        : one.Phase == Phase.Moving && one.Still > StallTime ? "stalled" : one.Phase.ToString().ToLowerInvariant();
}
