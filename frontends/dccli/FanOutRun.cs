using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>One run of dccli from this host: reports each failure when it happens, and all results at the end.</summary>
internal sealed class FanOutRun(FanOutInvocation invocation, Messages messages)
{
    private const int MostNamed = 10;
    private readonly SourceMessages _sourceMessages = new(messages);
    private readonly Tally _source = new();
    private volatile bool _isOver;

    public ExitCode Run()
    {
        using var events = EventLog.Of(invocation.Draft.Events, invocation.IsStream ? 0 : -1, messages.Warning);
        var report = new Report(messages, events) { IsJson = invocation.Draft.IsJson };
        var all = invocation.Destinations.Select(destination => new Progress(destination, report)).ToList();
        var isWatched = events is not null || (messages.Verbosity >= 0 && Terminal.IsErrorTerminal);
        var edges = all.ConvertAll(one => one.Begin(isWatched));
        _source.IsTotalWanted = isWatched;

        // Not disposed: a signal between the verdict and the end of the process must not change the exit status.
        var interruption = new Interruption(() => messages.Report(CopyRun.Interrupted()));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        var terms = new FanOutTerms
        {
            Memory = invocation.Draft.Memory,
            Slow = invocation.Slow,
            Logins = invocation.Draft.Logins,
            Copies = Descriptors.Copies(),
            Retries = invocation.Draft.Retries,
            SourceTally = _source,
            SourceObserver = _sourceMessages,
            Again = (edge, cut) => ((Progress)edge.Observer).Again(cut),
            Ended = result => End((Progress)result.Edge.Observer, result, report, ending),
        };
        using (var board = new Board(all, () => report.Elapsed, one => report.Moved((Progress)one), messages))
        using (var fan = new FanOut(KnownObjects.Kinds, edges, terms))
        {
            board.Start();
            fan.RunAsync(ending.Token).GetAwaiter().GetResult();
        }

        _sourceMessages.CountRest();
        Show(all);
        var verdict = interruption.Happened ? CopyRun.Interrupted() : Verdict(all);
        report.Finish(verdict?.Code ?? ExitCode.Done, all.Count(one => FailureOf(one) is not null), all.Count);
        return verdict is null ? ExitCode.Done : throw verdict;
    }

    private void End(Progress one, EdgeResult result, Report report, CancellationTokenSource ending)
    {
        one.End(result);
        var failure = OwnFailureOf(one);
        report.Ended(one, failure, failure ?? SourceFailureFor(one));
        if (failure is not null && invocation.Draft.IsStrict)
        {
            _isOver = true;
            _ = ending.CancelAsync();
        }
    }

    /// <summary>Returns the reason why a copy is incomplete; null if it is complete.</summary>
    private Failure? FailureOf(Progress one) => OwnFailureOf(one) ?? SourceFailureFor(one);

    /// <summary>Returns the failure of a copy that lacks what could not be read once for all copies. A copy that was retried has read the source itself.</summary>
    private Failure? SourceFailureFor(Progress one) => (one.Retries > 0 ? 0 : _source.Failed) switch
    {
        0 => null,
        1 => new Failure(ExitCode.Objects, _sourceMessages.FirstItemError),
        var count => new Failure(ExitCode.Objects, $"{_sourceMessages.FirstItemError}; {count - 1} more could not be read"),
    };

    private Failure? OwnFailureOf(Progress one) => one.Result! switch
    {
        { Failure: Failure { Code: ExitCode.Interrupted } } when _isOver => new Failure(ExitCode.Interrupted, "ended because another destination has failed"),
        { Failure: { } failure } => messages.AsFailure(failure),
        { Outcome.Warnings: { Count: > 0 } warnings } => new Failure(ExitCode.Objects, string.Join("; ", warnings)),
        _ when one.Tally.Failed > 0 => CopyRun.Incomplete(one.Tally),
        _ => CopyRun.Difference(one.Destination.Plan, one.Tally),
    };

    private void Show(List<Progress> all)
    {
        var results = all.ConvertAll(one => (one, FailureOf(one)));
        if (invocation.Draft.IsJson)
        {
            Messages.Answer(ResultText.Json(results));
        }
        else if (messages.Verbosity >= 0)
        {
            foreach (var line in ResultText.Table(results))
            {
                messages.Note(0, line);
            }
        }
    }

    private Failure? Verdict(List<Progress> all)
    {
        var failed = all.Where(one => FailureOf(one) is not null).ToList();
        if (failed.Count == 0)
        {
            return _source.Failed > 0 ? CopyRun.Incomplete(_source) : null;
        }

        var isReached = failed.Count < all.Count || failed.Exists(one => FailureOf(one)!.Code != ExitCode.Unreachable || one.Result!.WasReached || one.Retries > 0);
        return new Failure(
            isReached ? ExitCode.Objects : ExitCode.Unreachable,
            $"{failed.Count} of {all.Count} destinations failed: {NameList.Of(failed.ConvertAll(one => one.Name), MostNamed)}",
            invocation.IsStream ? "" : $"a second run with {OptionWord.Resume} sends only missing data");
    }
}
