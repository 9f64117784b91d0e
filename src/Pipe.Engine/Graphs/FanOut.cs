using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Copies one local source to several destinations. The source is read once for all of them; each copy has its own login, lanes, window, pace and
/// verdict. A copy that depends on the existing content of its target reads the source itself.
/// </summary>
internal sealed class FanOut(ObjectKinds kinds, IReadOnlyList<Edge> edges, FanOutTerms terms) : IDisposable
{
    /// <summary>Memory for the blocks of a copy that reads the source itself.</summary>
    private const long Own = (long)(Defaults.StreamWindow + 8) * Defaults.Block;
    private static readonly TreeFlags Asking = TreeFlags.Resume | TreeFlags.Compare;

    /// <summary>Limits the copies that were cut and read the source themselves from then on: half of the memory, beside that of the shared blocks.</summary>
    private readonly SemaphoreSlim _retries = new(PlacesFor(terms.Memory / 2));

    /// <summary>Maximum number of concurrent copies. Memory limits it if each copy reads the source itself.</summary>
    private int Places => Math.Min(Math.Min(terms.Copies, edges.Count), Asks ? PlacesFor(terms.Memory) : int.MaxValue);

    /// <summary>Whether each copy asks its target for existing data before it sends.</summary>
    private bool Asks => edges[0].Plan is { Here.Kind: ResourceKind.Tree } plan && (plan.TreeOf(plan.Here, plan.Here).Flags & Asking) != 0;

    public void Dispose() => _retries.Dispose();

    /// <summary>Returns the results, in the order of the edges, when every copy has ended.</summary>
    /// <exception cref="Failure">The source cannot be opened.</exception>
    public async Task<IReadOnlyList<EdgeResult>> RunAsync(CancellationToken cancel)
    {
        CheckPlaces();
        using var places = new SemaphoreSlim(Places);
        using var turns = new LoginTurns(terms.Logins);
        if (Asks)
        {
            return await Task.WhenAll(edges.Select(edge => CarryAsync(edge, new LocalEnd(kinds, edge), places, turns, cancel)));
        }

        var source = new LocalEnd(kinds, edges[0] with { Tally = terms.SourceTally, Observer = terms.SourceObserver });
        using var shared = new SharedSource(InOrder(source.OpenSource()), [.. edges.Select(edge => edge.Tally)], edges[0].Plan.Checksum, terms.Memory, terms.Slow);
        var count = new SharedCount();
        count.Ask(found => terms.SourceTally.Found(found.Files, found.Bytes));
        using var counting = terms.SourceTally.IsTotalWanted ? source.Count(count.Set) : null;
        return await Task.WhenAll(edges.Select((edge, number) => CarryAsync(edge, new BranchEnd(shared.Branches[number], count), places, turns, cancel)));
    }

    /// <summary>Checks that all copies can run at once, unless copies may read blocks again: one that starts later has missed the first blocks.</summary>
    private void CheckPlaces()
    {
        if (terms.Copies < edges.Count && !Asks && terms.Slow.Action != SlowAction.Reread)
        {
            throw new Failure(ExitCode.Usage, $"{edges.Count} destinations at a time need more descriptors than there are, which are enough for {terms.Copies}", "ulimit -n shows and changes how many a program may have");
        }
    }

    private static IStreamSource InOrder(ISource source) => source.Stream ?? new RangeStream(source.Ranges!);

    /// <summary>Runs one copy to its verdict; never throws.</summary>
    private async Task<EdgeResult> CarryAsync(Edge edge, ITransferEnd end, SemaphoreSlim places, LoginTurns turns, CancellationToken cancel)
    {
        try
        {
            await places.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return End(Interrupted(edge));
        }

        // Opening and logging in may block; one copy must not delay another.
        var result = await Task.Run(() => TryAsync(edge, end, turns, cancel), CancellationToken.None);
        for (var retry = 0; retry < terms.Retries && CanRetry(result, retry) && !cancel.IsCancellationRequested && terms.Again(result.Edge, (Failure)result.Failure!) is { } again; retry++)
        {
            await Task.WhenAny(Task.Delay((retry + 1) * terms.RetryPause, cancel));
            result = await RetryAsync(again, turns, cancel);
        }

        places.Release();
        return End(result);
    }

    private async Task<EdgeResult> RetryAsync(Edge again, LoginTurns turns, CancellationToken cancel)
    {
        try
        {
            await _retries.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return Interrupted(again);
        }

        try
        {
            return await Task.Run(() => TryAsync(again, new LocalEnd(kinds, again), turns, cancel), CancellationToken.None);
        }
        finally
        {
            _retries.Release();
        }
    }

    private static int PlacesFor(long memory) => (int)Math.Clamp(memory / Own, 1, int.MaxValue);

    private static EdgeResult Interrupted(Edge edge) => new(edge, null, new Failure(ExitCode.Interrupted, "interrupted"));

    private EdgeResult End(EdgeResult result)
    {
        terms.Ended(result);
        return result;
    }

    /// <summary>
    /// Whether a retry can continue from the data on the target, because an established connection was lost; not if no data connection can be made. A retry
    /// whose login fails is repeated, too: the host may need some time to come back.
    /// </summary>
    private static bool CanRetry(EdgeResult result, int retries) => result is { Failure: Failure { Code: ExitCode.Unreachable, IsFinal: false } } && (result.WasReached || retries > 0);

    private static async Task<EdgeResult> TryAsync(Edge edge, ITransferEnd end, LoginTurns turns, CancellationToken cancel)
    {
        var transfer = new Transfer(edge, end, turns);
        try
        {
            return new EdgeResult(edge, await transfer.RunAsync(cancel), null) { WasReached = true };
        }
        catch (Exception e)
        {
            return new EdgeResult(edge, null, e) { WasReached = transfer.IsAgreed };
        }
    }

    /// <summary>A branch of the source as the local end of a transfer.</summary>
    private sealed class BranchEnd(SharedBranch branch, SharedCount count) : ITransferEnd
    {
        public OutboxMaker SharedOutbox => branch.MakeOutbox;

        public ISource OpenSource() => branch;

        public ISink OpenSink(Terms terms, string filters, Action<Failure> fail) => throw new InvalidOperationException("a branch is read");

        public IDisposable? Count(Action<SourceCount> found)
        {
            count.Ask(found);
            return null;
        }
    }
}
