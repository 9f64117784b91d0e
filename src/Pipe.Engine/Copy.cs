namespace Pipe.Engine;

/// <summary>The two ways into the engine: a copy seen from the side that asked for it, and the server on the other side.</summary>
internal static class Copy
{
    /// <summary>Does what the plan says. Throws <see cref="Failure"/> if it could not be done, wholly and checked.</summary>
    public static Task<Outcome> RunAsync(Plan plan, Tally tally, IObserver observer, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Serves one copy over standard input and output, as <c>dmscp -server</c>, and returns when it has ended.</summary>
    public static Task ServeAsync(CancellationToken cancel) => throw new NotSupportedException();
}
