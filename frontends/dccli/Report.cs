using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>Reports the events of the copies to the destinations.</summary>
internal sealed class Report(Messages messages, EventLog? events) : RowReport<Progress>(messages, events, "destination", static one => one.Destination.Plan)
{
    private readonly Lock _differing = new();

    /// <summary>Whether standard output is JSON.</summary>
    public bool IsJson { get; init; }

    public void Entered(Progress one, Phase phase)
    {
        var state = phase.ToString().ToLowerInvariant();
        Messages.Note(2, Of(one, $"state: {state}"));
        Add(one, "state", line => line.Text("state", state));
    }

    public void ItemError(Progress one, string text)
    {
        Messages.ItemError(Of(one, text));
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
            Messages.EraseDrawing();
            var name = path.Length > 0 ? path : ".";
            Messages.Answer(IsJson ? $"{new JsonLine().Text("destination", one.Name).Text("path", name).Text("text", words)}" : $"{one.Name}: {texts.Line(words, RawText.Printable(name))}\n");
        }

        Add(one, "difference", line => line.Text("path", path).Text("text", words));
    }

    public void Retry(Progress one, Failure cut)
    {
        Messages.Warning(Of(one, $"{cut.Message}; trying again"));
        Add(one, "retry", line => line.Text("cause", cut.Message));
    }

    /// <summary>Reports the end of one copy.</summary>
    /// <param name="one">The copy.</param>
    /// <param name="own">Its own failure; errors of reading the source have been reported once for all copies.</param>
    /// <param name="failure">Its failure.</param>
    public void Ended(Progress one, Failure? own, Failure? failure)
    {
        if (own is not null && own.Code != ExitCode.Interrupted)
        {
            Messages.Report(new Failure(own.Code, Of(one, own.Message), own.Hint));
        }

        if (one.Result!.Outcome is { } outcome)
        {
            Messages.Note(1, Of(one, ResultText.Summary(one, outcome)));
            Limit(one, outcome.Limit);
        }

        if (one.Result!.WasReached && TreeSums.ApplyTo(one.Destination.Plan))
        {
            var sums = new TreeSums(one.Destination.Plan, one.Tally).Settled(one.Result.Outcome);
            Messages.Note(0, Of(one, $"{sums}"));
            Add(one, "summary", line => TreeSums.AddTo(line, [sums]));
        }

        Add(one, "result", line => ResultText.Add(line, one, failure));
    }

    /// <summary>Reports the end of the run.</summary>
    public void Finish(ExitCode code, int failed, int all) => Finish(line => line
        .Truth("ok", code == ExitCode.Done)
        .Number("exit", (int)code)
        .Number("destinations", all)
        .Number("failed", failed)
        .Number("seconds", Elapsed));
}
