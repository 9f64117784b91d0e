using System.Diagnostics;
using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>Reports the events of the copies: as messages, each prefixed with the destination, and in the event log. Thread-safe.</summary>
/// <param name="messages">Takes the messages.</param>
/// <param name="events">Takes the events; null for none.</param>
internal sealed class Report(Messages messages, EventLog? events)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _differing = new();

    /// <summary>Whether standard output is JSON.</summary>
    public bool IsJson { get; init; }

    public TimeSpan Elapsed => _clock.Elapsed;

    public void Entered(Progress one, Phase phase)
    {
        var state = phase.ToString().ToLowerInvariant();
        messages.Note(2, Of(one, $"state: {state}"));
        Add(one, "state", line => line.Text("state", state));
    }

    public void Note(Progress one, int level, string text) => messages.Note(Math.Max(1, level), Of(one, text));

    /// <summary>Reports a line that the remote shell has written to standard error.</summary>
    public void Error(Progress one, string text) => messages.Note(Messages.Always, Of(one, text));

    public void Warning(Progress one, string text)
    {
        messages.Warning(Of(one, text));
        Add(one, "warning", line => line.Text("text", text));
    }

    public void Trouble(Progress one, string text)
    {
        messages.Trouble(Of(one, text));
        Add(one, "trouble", line => line.Text("text", text));
    }

    public void Differs(Progress one, Difference difference, string path, Aspects aspects)
    {
        var texts = new DifferenceText(one.Destination.Plan);
        if (texts.WordsFor(difference, aspects) is not { } words)
        {
            return;
        }

        lock (_differing)
        {
            messages.EraseDrawing();
            var name = path.Length > 0 ? path : ".";
            Messages.Answer(IsJson ? $"{new JsonLine().Text("destination", one.Name).Text("path", name).Text("text", words)}" : $"{one.Name}: {texts.Line(words, RawText.Printable(name))}\n");
        }

        Add(one, "difference", line => line.Text("path", path).Text("text", words));
    }

    public void Channel(Progress one, string way, string reason, int lanes)
    {
        messages.Note(1, Of(one, string.Create(CultureInfo.InvariantCulture, $"data go {way}, lanes: {lanes}: {reason}")));
        Add(one, "channel", line => line.Text("way", way).Text("reason", reason).Number("lanes", lanes));
    }

    public void Waiting(Progress one, string reason)
    {
        messages.Waiting(Of(one, reason.Length > 0 ? reason : "over, it goes on"));
        Add(one, "wait", line => line.Text("reason", reason));
    }

    public void Retry(Progress one, Failure cut)
    {
        messages.Warning(Of(one, $"{cut.Message}; trying again"));
        Add(one, "retry", line => line.Text("cause", cut.Message));
    }

    public void Moved(Progress one)
    {
        if (events is { IsBehind: false })
        {
            var total = one.Tally.Total;
            Add(one, "progress", line => line.Number("bytes", one.Bytes).Number("total", total < 0 ? null : total).Number("rate", one.Rate));
        }
    }

    /// <summary>Reports the end of one copy.</summary>
    /// <param name="one">The copy.</param>
    /// <param name="own">Its own failure; errors of reading the source have been reported once for all copies.</param>
    /// <param name="failure">Its failure.</param>
    public void Ended(Progress one, Failure? own, Failure? failure)
    {
        if (own is not null && own.Code != ExitCode.Interrupted)
        {
            messages.Report(new Failure(own.Code, Of(one, own.Message), own.Hint));
        }

        if (one.Result!.Outcome is { } outcome)
        {
            messages.Note(1, Of(one, ResultText.Summary(one, outcome)));
            Limit(one, outcome.Limit);
        }

        Add(one, "result", line => ResultText.Add(line, one, failure));
    }

    /// <summary>Reports the end of the run.</summary>
    public void Finish(ExitCode code, int failed, int all) => events?.Finish(new JsonLine(_clock.Elapsed, "verdict")
        .Truth("ok", code == ExitCode.Done)
        .Number("exit", (int)code)
        .Number("destinations", all)
        .Number("failed", failed)
        .Number("seconds", _clock.Elapsed));

    private void Limit(Progress one, Bottleneck limit)
    {
        if (limit != Bottleneck.Unknown)
        {
            messages.Note(1, Of(one, $"limited by: {BottleneckName.Of(limit)}"));
            Add(one, "limit", line => line.Text("by", BottleneckName.Of(limit)));
        }
    }

    /// <summary>Prefixes a text with the destination, or replaces the host that it begins with.</summary>
    private static string Of(Progress one, string text) => text.StartsWith($"{one.Name}: ", StringComparison.Ordinal) ? text
        : text.StartsWith($"{one.Destination.Plan.Remote.Name}: ", StringComparison.Ordinal) ? one.Name + text[one.Destination.Plan.Remote.Name.Length..]
        : $"{one.Name}: {text}";

    private void Add(Progress one, string name, Func<JsonLine, JsonLine> fill) =>
        events?.Add(fill(new JsonLine(_clock.Elapsed, name).Text("destination", one.Name)));
}
