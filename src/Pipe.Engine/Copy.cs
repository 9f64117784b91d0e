using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The two ways into the engine: a copy seen from the side that asked for it, and the server on the other side.</summary>
internal static class Copy
{
    /// <summary>Does what the plan says. Throws <see cref="Failure"/> if it could not be done, wholly and checked.</summary>
    public static Task<Outcome> RunAsync(ObjectKinds kinds, Plan plan, Tally tally, IObserver observer, CancellationToken cancel) =>
        Transfer.Of(kinds, new Edge(plan, tally, observer)).RunAsync(cancel);

    /// <summary>Ends the login that was kept to the host of a plan, if there is one. Throws <see cref="Failure"/> if there can be none.</summary>
    public static void EndLogin(Plan plan) => KeptLogin.Of(new Access(plan.Remote, plan.TimeoutSeconds))?.End();

    /// <summary>
    /// Copies between two remote hosts: what one plan reads, the other one writes; straight if the hosts can reach each other, else
    /// through here. Throws <see cref="Failure"/> as the other does.
    /// </summary>
    public static async Task<Outcome> RelayAsync(ObjectKinds kinds, Plan source, Plan target, Tally tally, IObserver observer, CancellationToken cancel)
    {
        using var crossing = kinds.Of(source.There.Kind).Cross(source, tally, observer)
            ?? throw new Failure(ExitCode.Usage, $"an object of the kind {source.There.Kind} cannot be copied between two remote hosts");
        var junction = new Junction(source, tally, observer);
        var end = new RelayEnd(crossing, junction);
        using var turns = new LoginTurns(2);
        var uncounted = new Tally { IsTotalWanted = tally.IsTotalWanted, Counted = tally.Found };
        var reading = HalfAsync(new Edge(source with { Here = target.There }, uncounted, Unobserved.Instance));
        var writing = HalfAsync(new Edge(target with { Here = source.There }, tally, observer));
        try
        {
            var written = await writing;
            crossing.Arrive();
            var read = await reading;
            return written with { Remarks = [.. read.Remarks.Union(written.Remarks)] };
        }
        finally
        {
            // The first failure is that of both.
            await Task.WhenAny(reading);
        }

        async Task<Outcome> HalfAsync(Edge edge)
        {
            try
            {
                return await new Transfer(edge, end, turns).RunAsync(cancel);
            }
            catch (Exception e)
            {
                var failure = e as Failure ?? new Failure(ExitCode.Bug, $"internal error: {e.Message}");
                crossing.Fail(e);
                turns.Fail(failure);
                junction.Fail(failure);
                throw;
            }
        }
    }

    /// <summary>Serves one copy over standard input and output, as <c>dmscp -server</c>, and returns when it has ended; true if it was done.</summary>
    /// <param name="kinds">What it can open.</param>
    /// <param name="waiting">Is told what a copy waits for that has not begun to move.</param>
    /// <param name="isSpare">Answers a keeper first, until a client calls; true if none does.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<bool> ServeAsync(ObjectKinds kinds, Action<string> waiting, bool isSpare, CancellationToken cancel)
    {
        var (input, output) = StandardStreams.TakeForControl();
        if (isSpare && !SpareWait.Run(input, output, cancel))
        {
            return true;
        }

        using var control = new ControlChannel(input, output);
        return await new Responder(kinds, control, waiting).RunAsync(cancel);
    }
}
