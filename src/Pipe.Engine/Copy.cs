using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The two ways into the engine: a copy seen from the side that asked for it, and the server on the other side.</summary>
internal static class Copy
{
    /// <summary>Does what the plan says. Throws <see cref="Failure"/> if it could not be done, wholly and checked.</summary>
    public static Task<Outcome> RunAsync(Plan plan, Tally tally, IObserver observer, CancellationToken cancel) =>
        new Initiator(plan, tally, observer).RunAsync(cancel);

    /// <summary>Copies between two remote hosts: what one plan reads, the other one writes. Throws <see cref="Failure"/> as the other does.</summary>
    public static Task<Outcome> RelayAsync(Plan from, Plan to, Tally tally, IObserver observer, CancellationToken cancel) =>
        Task.FromException<Outcome>(new NotSupportedException("copies between two remote hosts"));

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
