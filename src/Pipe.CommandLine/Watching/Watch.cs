using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Turns the engine's notifications about a copy into messages, meter and events. Samples the tally once a second.</summary>
internal sealed class Watch : IObserver, IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Messages _messages;
    private readonly Meter? _meter;
    private readonly EventLog? _events;
    private readonly Timer? _timer;
    private readonly PosixSignalRegistration? _continued;
    private readonly bool _eventsAreOutput;
    private readonly bool _isJson;
    private readonly List<TreeSums> _sums = [];
    private ItemErrorSummary _itemErrors = new();
    private Speed _speed = new();
    private DifferenceText _differences;
    private Tally _tally;
    private long _earlierBytes;
    private TimeSpan _earlierTime;
    private string? _way;
    private int? _lanes;
    private bool _isTree;
    private bool _isMoving;
    private Plan? _compared;
    private bool _ended;
    private bool _isAnswered;

    public Watch(Invocation invocation, Tally tally, Messages messages)
    {
        _tally = tally;
        _messages = messages;
        _meter = invocation.Progress && invocation.Verbosity >= 0 && Terminal.IsErrorTerminal ? new Meter(messages, Terminal.ErrorSize, Terminal.IsPlain) : null;
        _eventsAreOutput = invocation.Events == "1";
        _isJson = invocation.IsJson;
        _events = EventLog.Of(invocation.Events, DataDescriptor(invocation.Plan!), messages.Warning);
        _continued = _meter is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => messages.ForgetDrawing());
        Begin(invocation.Plan!);
        if (_meter is not null || _events is not null)
        {
            _timer = new Timer(_ => Tick(), null, Second, Second);
        }
    }

    /// <summary>Whether the present copy has got as far as moving data.</summary>
    public bool IsMoving
    {
        get
        {
            lock (_lock)
            {
                return _isMoving;
            }
        }
    }

    public void Entered(Phase phase)
    {
        if (phase == Phase.Moving)
        {
            lock (_lock)
            {
                _isMoving = true;
                _meter?.Move(_clock.Elapsed);
            }
        }

        if (_messages.Shows(2) || _events is not null)
        {
            var state = phase.ToString().ToLowerInvariant();
            _messages.Note(2, $"state: {state}");
            _events?.Add(Event("state").Text("state", state));
        }
    }

    public void Note(int level, string text) => _messages.Note(level, text);

    public void Warning(string text)
    {
        _messages.Warning(text);
        _events?.Add(Event("warning").Text("text", text));
    }

    /// <summary>Shows an error of a member; of many with the same cause only the first, and the number of the others at the end.</summary>
    public void ItemError(string text)
    {
        if (_itemErrors.Add(text))
        {
            _messages.ItemError(text);
        }

        _events?.Add(Event("trouble").Text("text", text));
    }

    public void Differs(Difference difference, string path, Aspects aspects)
    {
        if (_differences.WordsFor(difference, aspects) is not { } words)
        {
            return;
        }

        var line = _differences.Line(words, path.Length > 0 ? RawText.Printable(path) : ".");
        if (_isJson)
        {
            _messages.Note(0, line);
        }
        else if (!_eventsAreOutput)
        {
            _messages.EraseDrawing();
            Messages.Answer($"{line}\n");
        }

        _events?.Add(Event("difference").Text("path", path).Text("text", words));
    }

    public void Channel(string way, string reason, int lanes)
    {
        (_way, _lanes) = (way, lanes);
        _messages.Note(1, string.Create(CultureInfo.InvariantCulture, $"data go {way}, lanes: {lanes}: {reason}"));
        _events?.Add(Event("channel").Text("way", way).Text("reason", reason).Number("lanes", lanes));
    }

    public void Waiting(string host, string reason)
    {
        var words = reason.Length > 0 ? reason : "resumed";
        _messages.Waiting(host.Length > 0 ? $"{host}: {words}" : words);
        _events?.Add(Event("wait").Text("host", host).Text("reason", reason));
    }

    /// <summary>Ends one copy of several and begins the next.</summary>
    /// <param name="done">The outcome; null if the copy failed.</param>
    public void Next(Outcome? done, Plan plan, Tally tally)
    {
        Close(done);
        lock (_lock)
        {
            _earlierBytes += done?.Bytes ?? _tally.Bytes;
            _earlierTime += done?.Elapsed ?? TimeSpan.Zero;
            (_tally, _speed) = (tally, new Speed());
            Begin(plan);
        }
    }

    /// <summary>Prints the last meter line, the summary and the result, and writes the verdict.</summary>
    /// <param name="outcome">The outcome of the last copy.</param>
    /// <param name="difference">The result of a comparison; null if there is no difference.</param>
    /// <exception cref="Failure">Standard output does not take the result.</exception>
    public void Succeeded(Outcome outcome, Failure? difference = null)
    {
        End();
        Close(outcome);
        var warning = outcome.Warnings.Count == 0 ? difference : new Failure(ExitCode.Objects, string.Join("; ", outcome.Warnings));
        Finish(_earlierBytes + outcome.Bytes, _earlierTime + outcome.Elapsed, warning);
    }

    /// <param name="failure">The cause.</param>
    /// <param name="done">The outcome of the part that succeeded.</param>
    public void Failed(Failure failure, Outcome? done = null)
    {
        End();
        Close(done);
        Finish(_earlierBytes + _tally.Bytes, _clock.Elapsed, failure);
    }

    public void Dispose()
    {
        End();
        _timer?.Dispose();
        _continued?.Dispose();
        _events?.Dispose();
    }

    /// <summary>Prints the result, then writes the verdict, which tells whether the result could be printed.</summary>
    private void Finish(long bytes, TimeSpan elapsed, Failure? failure)
    {
        if (_isJson && !_isAnswered)
        {
            _isAnswered = true;
            try
            {
                Messages.Answer($"{TreeSums.AddTo(Verdict(new JsonLine(), bytes, elapsed, failure), _sums)}");
            }
            catch (Failure e) when (failure is null)
            {
                _events?.Finish(Verdict(Event("verdict"), bytes, elapsed, e));
                throw;
            }
            catch (Failure e)
            {
                _messages.Warning(e.Message);
            }
        }

        _events?.Finish(Verdict(Event("verdict"), bytes, elapsed, failure));
    }

    /// <summary>Stops the ticks: none draws after this.</summary>
    private void End()
    {
        lock (_lock)
        {
            _ended = true;
        }
    }

    private void Begin(Plan plan)
    {
        _tally.IsTotalWanted = _meter is not null || _events is not null;
        (_isTree, _isMoving) = (plan.There.Kind == ResourceKind.Tree, false);
        _compared = TreeSums.ApplyTo(plan) ? plan : null;
        _differences = new DifferenceText(plan);
        _meter?.Begin(plan, _tally);
    }

    private void Close(Outcome? outcome)
    {
        TellRest();
        Summarize(outcome);
        if (outcome is null)
        {
            _messages.EndDrawing();
            return;
        }

        (_way, _lanes) = (outcome.Way, outcome.Lanes);
        if (_meter is not null && Terminal.IsForeground())
        {
            _meter.End(outcome, _clock.Elapsed);
        }

        _messages.EndDrawing();
        if (_messages.Shows(1))
        {
            _messages.Note(1, Summary(outcome));
        }

        if (outcome.Limit != Bottleneck.Unknown)
        {
            _messages.Note(1, $"limited by: {BottleneckName.Of(outcome.Limit)}");
            _events?.Add(Event("limit").Text("by", BottleneckName.Of(outcome.Limit)));
        }
    }

    /// <summary>Called by the timer.</summary>
    internal void Tick()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            var (elapsed, bytes, total) = (_clock.Elapsed, _tally.Bytes, _tally.Total);
            _speed.Sample(elapsed, bytes);
            // Until blocks move, the user may be typing a password.
            if (_meter is not null && _isMoving && Terminal.IsForeground())
            {
                _meter.Draw(elapsed);
            }

            if (_events is { IsBehind: false })
            {
                _events.Add(Progress(bytes, total));
            }
        }
    }

    /// <summary>Counts the errors that were not shown one by one.</summary>
    public void TellRest()
    {
        foreach (var line in _itemErrors.Rest())
        {
            _messages.ItemError(line);
        }

        _itemErrors = new ItemErrorSummary();
    }

    /// <summary>Shows the sums of a copy with a comparison.</summary>
    private void Summarize(Outcome? outcome)
    {
        if (_compared is not { } compared)
        {
            return;
        }

        var sums = new TreeSums(compared, _tally).Settled(outcome);
        _compared = null;
        _messages.Note(0, $"{sums}");
        _sums.Add(sums);
        _events?.Add(TreeSums.AddTo(Event("summary"), [sums]));
    }

    private JsonLine Progress(long bytes, long total)
    {
        var line = Event("progress").Number("bytes", bytes).Number("total", total < 0 ? null : total).Number("rate", _speed.Rate);
        return _isTree ? line.Number("files", _tally.Tree.Files).Number("found", _tally.FilesFound < 0 ? null : _tally.FilesFound) : line;
    }

    private JsonLine Event(string name) => new(_clock.Elapsed, name);

    private JsonLine Verdict(JsonLine line, long bytes, TimeSpan elapsed, Failure? failure) =>
        line.Truth("ok", failure is null)
            .Number("exit", _messages.Status(failure?.Code ?? ExitCode.Done))
            .Number("bytes", bytes)
            .Number("seconds", elapsed)
            .Text("way", _way)
            .Number("lanes", _lanes)
            .Number("damaged", _tally.Damaged)
            .Number("lost", _tally.Lost)
            .Text("error", failure?.Message)
            .Text("hint", failure is { Hint.Length: > 0 } ? failure.Hint : null);

    private string Summary(Outcome outcome)
    {
        var rate = MeterLine.Amount(Speed.Average(outcome.Bytes, outcome.Elapsed));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Files()}{outcome.Bytes} bytes in {outcome.Elapsed.TotalSeconds:0.000} s, {rate}/s, way: {outcome.Way}, lanes: {outcome.Lanes}, damaged: {_tally.Damaged}, lost: {_tally.Lost}");
    }

    private string Files() => _isTree ? string.Create(CultureInfo.InvariantCulture, $"{_tally.Tree.Files} files, ") : "";

    private static int DataDescriptor(Plan plan)
    {
        if (plan.Here.Kind != ResourceKind.Stdio || plan.There.Kind == ResourceKind.Tree)
        {
            return -1;
        }

        return plan.Direction == Direction.Read ? 1 : 0;
    }
}
