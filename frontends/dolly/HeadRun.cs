using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>One run from the head: starts the nodes, passes the data along the chain, and reports the result of each node.</summary>
internal sealed class HeadRun(ChainInvocation invocation, Messages messages)
{
    private const int MostNamed = 10;
    private readonly Configuration _configuration = invocation.Configuration;
    private readonly Draft _draft = invocation.Draft;

    public ExitCode Run()
    {
        CheckDescriptors();
        var isInput = _configuration.Input is { IsStandardInput: true };
        using var events = EventLog.Of(_draft.Events, isInput ? 0 : -1, messages.Warning);
        var report = new Report(messages, events);
        var objects = new Objects(invocation);
        var plans = objects.Plans();
        messages.Warn(_draft.Warnings);
        var nodes = plans.Select((plan, position) => new NodeProgress(position, plan, _configuration.Hosts[position], report)).ToList();
        var edges = nodes.ConvertAll(node => new Edge(node.Plan, new Tally(), node));

        // Not disposed: a signal between the verdict and the end of the process must not change the exit status.
        var interruption = new Interruption(() => messages.Report(CopyRun.Interrupted()));
        Describe();
        ChainOutcome outcome;
        using (var board = new Board(nodes, () => report.Elapsed, node => report.Moved((NodeProgress)node), messages) { KeepsOrder = true })
        {
            board.Start();
            outcome = Send(objects, edges, nodes, report, interruption.Token);
        }

        return End(outcome, nodes, report, interruption.Happened);
    }

    /// <summary>Checks that this process may hold a login to every node at once.</summary>
    private void CheckDescriptors()
    {
        if (Descriptors.Copies() is var most && most < _configuration.Hosts.Count)
        {
            throw new Failure(ExitCode.Usage, $"{_configuration.Hosts.Count} nodes need more descriptors than there are, which are enough for {most}", "ulimit -n shows and changes how many a program may have");
        }
    }

    /// <summary>Shows the source, the target and the shape of the chain, as dolly does with -v.</summary>
    private void Describe()
    {
        var source = _configuration.IsDummy ? "test data" : _configuration.Input?.Path ?? string.Join(", ", _draft.Directories);
        messages.Note(1, $"infile = '{source}'");
        messages.Note(1, $"outfile = '{(_draft.Command.Length > 0 ? _draft.Command : _configuration.Output?.Path)}'");
        messages.Note(1, $"fanout = {_configuration.Fanout}, nr of hosts = {_configuration.Hosts.Count}");
    }

    private ChainOutcome Send(Objects objects, List<Edge> edges, List<NodeProgress> nodes, Report report, CancellationToken cancel)
    {
        try
        {
            return new Chain(objects.Kinds, edges, Terms(nodes)).RunAsync(cancel).GetAwaiter().GetResult();
        }
        catch (Failure e)
        {
            var none = Status.AsNone(e);
            report.Finish(none, nodes.Count, nodes.Count);
            throw none;
        }
    }

    private ChainTerms Terms(List<NodeProgress> nodes)
    {
        var terms = new ChainTerms { SourceObserver = new SourceMessages(messages), Observer = new ChainWatch(nodes, messages) };
        return terms with
        {
            Retries = _draft.Retries ?? terms.Retries,
            Verify = _draft.VerifiesByReading ? ChainVerify.Read : ChainVerify.Written,
            Policy = terms.Policy with
            {
                Fanout = _configuration.Fanout,
                IdleLimit = _draft.IdleSeconds is { } idle ? TimeSpan.FromSeconds(idle) : terms.Policy.IdleLimit,
                StartLimit = _draft.IdleSeconds is { } start ? TimeSpan.FromSeconds(start) : terms.Policy.StartLimit,
            },
        };
    }

    private ExitCode End(ChainOutcome outcome, List<NodeProgress> nodes, Report report, bool isInterrupted)
    {
        foreach (var result in outcome.Nodes)
        {
            report.Ended(nodes[result.Position], result, _configuration.Hosts);
        }

        var statistics = new StatisticsLog(_configuration, outcome.Bytes, outcome.Moving);
        Show(outcome, statistics);
        new LogFile(_draft.Log, messages).Append(statistics, Math.Min(_configuration.Fanout, nodes.Count));
        var failed = outcome.Nodes.Where(static node => node.Fault is not null).ToList();
        var verdict = Verdict(outcome, failed, isInterrupted);
        report.Finish(verdict, failed.Count, nodes.Count);
        return verdict is null ? ExitCode.Done : throw verdict;
    }

    private void Show(ChainOutcome outcome, StatisticsLog statistics)
    {
        var text = new ResultText(outcome.Nodes, _configuration.Hosts);
        if (_draft.IsJson)
        {
            Messages.Answer(text.Json());
        }
        else if (messages.Verbosity >= 0)
        {
            foreach (var line in text.Table())
            {
                messages.Note(0, line);
            }
        }

        if (messages.Shows(1))
        {
            foreach (var line in statistics.TimesByLine(_draft.UncompressedSize))
            {
                messages.Note(1, line);
            }
        }
    }

    private Failure? Verdict(ChainOutcome outcome, List<ChainNodeResult> failed, bool isInterrupted)
    {
        if (outcome.SourceFailure is { } source)
        {
            return Status.AsNone(source);
        }

        if (failed.Count == 0)
        {
            return null;
        }

        var names = NameList.Of(failed.ConvertAll(node => _configuration.Hosts[node.Position]), MostNamed);
        return new Failure(
            _draft.IsStrict || failed.Count == outcome.Nodes.Count ? ExitCode.Unreachable : ExitCode.Objects,
            $"{(isInterrupted ? "interrupted: " : "")}{failed.Count} of {outcome.Nodes.Count} nodes failed: {names}",
            _configuration.Input is { IsStandardInput: false } ? "the same command again sends only data that a node lacks" : "");
    }
}
