namespace Pipe.Engine;

/// <summary>The settings for copying one source to several destinations.</summary>
internal sealed record FanOutTerms
{
    public const long DefaultMemory = 256 << 20;
    public const int DefaultLogins = 32;
    public const int DefaultRetries = 2;

    /// <summary>Maximum bytes of blocks kept for copies that lag.</summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>The policy for a copy that lags by more than that.</summary>
    public SlowPolicy Slow { get; init; } = new(SlowAction.Reread);

    /// <summary>Maximum number of concurrent logins.</summary>
    public int Logins { get; init; } = DefaultLogins;

    /// <summary>Maximum number of concurrent copies, limited by the available descriptors.</summary>
    public int Copies { get; init; } = int.MaxValue;

    /// <summary>Maximum number of retries of an interrupted copy.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>The pause before the first retry; each further one waits longer by as much.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Counts the members of the source that cannot be read, for all copies.</summary>
    public required Tally SourceTally { get; init; }

    /// <summary>Receives the errors of reading the source.</summary>
    public required IObserver SourceObserver { get; init; }

    /// <summary>Makes the edge for a retry of an interrupted copy; null for no retry.</summary>
    public Func<Edge, Failure, Edge?> Again { get; init; } = static (_, _) => null;

    /// <summary>Called with the result of each copy.</summary>
    public Action<EdgeResult> Ended { get; init; } = static _ => { };
}

/// <summary>The result of one copy.</summary>
/// <param name="Edge">The edge of the last try.</param>
/// <param name="Outcome">The outcome; null if the copy failed.</param>
/// <param name="Failure">The failure; null if the copy succeeded.</param>
internal sealed record EdgeResult(Edge Edge, Outcome? Outcome, Exception? Failure)
{
    /// <summary>Whether the last try reached the remote program.</summary>
    public bool WasReached { get; init; }
}
