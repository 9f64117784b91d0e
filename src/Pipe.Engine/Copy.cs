using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The two ways into the engine: a copy seen from the side that asked for it, and the server on the other side.</summary>
internal static class Copy
{
    /// <summary>Does what the plan says. Throws <see cref="Failure"/> if it could not be done, wholly and checked.</summary>
    public static Task<Outcome> RunAsync(Plan plan, Tally tally, IObserver observer, CancellationToken cancel) =>
        new Initiator(plan, tally, observer).RunAsync(cancel);

    /// <summary>Copies between two remote hosts: what one plan reads, the other one writes. Throws <see cref="Failure"/> as the other does.</summary>
    public static async Task<Outcome> RelayAsync(Plan source, Plan target, Tally tally, IObserver observer, CancellationToken cancel)
    {
        if (((source.There.Flags & (TreeFlags.Resume | TreeFlags.Compare)) != 0) || source.Errand != TreeErrand.Copy)
        {
            throw new Failure(ExitCode.Usage, "what the target has is not known here", "run the command on one of the two hosts, or with -R");
        }

        using var crossing = new Crossing(source, tally, observer);
        var reading = Half(new Initiator(source with { Here = target.There }, new Tally(), Unobserved.Instance) { Sink = crossing });
        var writing = Half(new Initiator(target with { Here = source.There }, tally, observer) { Source = crossing });
        try
        {
            var outcome = await writing;
            crossing.Arrive();
            return outcome;
        }
        finally
        {
            await reading;
        }

        async Task<Outcome> Half(Initiator half)
        {
            try
            {
                return await half.RunAsync(cancel);
            }
            catch (Exception e)
            {
                crossing.Fail(e);
                throw;
            }
        }
    }

    /// <summary>Serves one copy over standard input and output, as <c>dmscp -server</c>, and returns when it has ended; true if it was done.</summary>
    /// <param name="waiting">Is told what a copy waits for that has not begun to move.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<bool> ServeAsync(Action<string> waiting, CancellationToken cancel)
    {
        var (input, output) = StandardStreams.TakeForControl();
        using var control = new ControlChannel(input, output);
        return await new Responder(control, waiting).RunAsync(cancel);
    }
}
