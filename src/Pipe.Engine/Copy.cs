using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The two entry points of the engine: a copy on the initiator's side, and the server on the other side.</summary>
internal static class Copy
{
    /// <summary>Performs the plan. Throws <see cref="Failure"/> unless the copy is complete and verified.</summary>
    public static Task<Outcome> RunAsync(ObjectKinds kinds, Plan plan, Tally tally, IObserver observer, CancellationToken cancel) =>
        Transfer.Of(kinds, new Edge(plan, tally, observer)).RunAsync(cancel);

    /// <summary>Ends the login kept to the host of a plan, if there is one. Throws <see cref="Failure"/> if logins cannot be kept.</summary>
    public static void EndLogin(Plan plan) => KeptLogin.Of(new Access(plan.Remote, plan.TimeoutSeconds), out _)?.End();

    /// <summary>
    /// Copies between two remote hosts, from the source of one plan to the target of the other: directly if the hosts can reach each other, otherwise
    /// through this host. Throws <see cref="Failure"/> like <see cref="RunAsync"/>.
    /// </summary>
    public static async Task<Outcome> RelayAsync(ObjectKinds kinds, Plan source, Plan target, Tally tally, IObserver observer, CancellationToken cancel)
    {
        using var passThrough = kinds.Of(source.There.Kind).Cross(source, tally, observer)
            ?? throw new Failure(ExitCode.Usage, $"an object of the kind {source.There.Kind} cannot be copied between two remote hosts");
        var coordinator = new ThirdPartyCoordinator(source, tally, observer);
        var end = new ThirdPartyEnd(passThrough, coordinator);
        using var turns = new LoginTurns(2);
        var uncounted = new Tally { IsTotalWanted = tally.IsTotalWanted, Counted = tally.Found };
        var reading = LegAsync(new Edge(source with { Here = target.There }, uncounted, Unobserved.Instance));
        var writing = LegAsync(new Edge(target with { Here = source.There }, tally, observer));
        try
        {
            var written = await writing;
            passThrough.Arrive();
            var read = await reading;
            return written with { Warnings = [.. read.Warnings.Union(written.Warnings)] };
        }
        finally
        {
            // The first failure is the failure of both.
            await Task.WhenAny(reading);
        }

        async Task<Outcome> LegAsync(Edge edge)
        {
            try
            {
                return await new Transfer(edge, end, turns).RunAsync(cancel);
            }
            catch (Exception e)
            {
                var failure = Failure.Of(e);
                passThrough.Fail(e);
                turns.Fail(failure);
                coordinator.Fail(failure);
                throw;
            }
        }
    }

    /// <summary>Serves one copy over standard input and output, as <c>dmscp -server</c>. Returns when it has ended; true if it succeeded.</summary>
    /// <param name="kinds">The kinds of object that the server can open.</param>
    /// <param name="waiting">Called with the reason for a wait before the copy begins to move data.</param>
    /// <param name="isSpare">Whether to answer a keeper first, until a client calls; true is returned if none does.</param>
    /// <param name="cancel">Cancels the server.</param>
    public static async Task<bool> ServeAsync(ObjectKinds kinds, Action<string> waiting, bool isSpare, CancellationToken cancel)
    {
        var (input, output) = StandardStreams.TakeForControl();
        if (isSpare && !SpareWait.Run(input, output, cancel))
        {
            return true;
        }

        using var control = new ControlChannel(input, output);
        return await new Responder(kinds, control, waiting) { Node = new ChainNode(kinds, waiting) }.RunAsync(cancel);
    }
}
