using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Passes one source along a chain of nodes. The head starts the program on every node and tells each node whom to feed; each node stores what arrives
/// and forwards what it has stored. A node that fails is left out: its parent, or a node before that, feeds those after it.
/// </summary>
/// <param name="kinds">The kinds of object that the head can open.</param>
/// <param name="edges">The copies, in the order of the chain. All have the same source, <see cref="Plan.Here"/>.</param>
/// <param name="terms">The settings.</param>
internal sealed class Chain(ObjectKinds kinds, IReadOnlyList<Edge> edges, ChainTerms terms)
{
    /// <summary>Returns the results when every node has ended. A node's failure is part of the result.</summary>
    /// <exception cref="Failure">The source cannot be opened.</exception>
    public async Task<ChainOutcome> RunAsync(CancellationToken cancel)
    {
        Refuse(edges[0].Plan);
        Cryptography.RequireInstalled();
        var source = new LocalEnd(kinds, edges[0] with { Tally = new Tally(), Observer = terms.SourceObserver }).OpenSource();
        ChainRun run;
        try
        {
            run = new ChainRun(source, edges, terms);
        }
        catch
        {
            source.Dispose();
            throw;
        }

        using (run)
        {
            return await run.RunAsync(cancel);
        }
    }

    /// <summary>Refuses settings that a chain cannot obey.</summary>
    private static void Refuse(Plan plan)
    {
        var cause = plan.Checksum == DigestKind.None ? "a chain needs digests of its blocks"
            : plan.ConnectMode is not (ConnectMode.Auto or ConnectMode.Direct) ? "a chain needs direct connections, from each node to the next"
            : "";
        if (cause.Length > 0)
        {
            throw new Failure(ExitCode.Usage, cause);
        }
    }
}
