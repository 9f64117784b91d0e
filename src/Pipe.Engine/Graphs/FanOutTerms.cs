namespace Pipe.Engine;

/// <summary>How one source is copied to several destinations.</summary>
internal sealed record FanOutTerms
{
    public const long DefaultMemory = 256 << 20;
    public const int DefaultLogins = 32;
    public const int DefaultRetries = 2;

    /// <summary>Bytes of blocks that are kept for copies that lag, at most.</summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>What becomes of a copy that lags by more than that.</summary>
    public SlowPolicy Slow { get; init; } = new(SlowAction.Reread);

    /// <summary>Logins at a time.</summary>
    public int Logins { get; init; } = DefaultLogins;

    /// <summary>Copies that run at a time, as far as there are descriptors for them.</summary>
    public int Copies { get; init; } = int.MaxValue;

    /// <summary>How often a copy is taken up again that was cut.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>Before that.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Counts what of the source cannot be read, for all copies.</summary>
    public required Tally SourceTally { get; init; }

    /// <summary>Is told what of the source cannot be read.</summary>
    public required IObserver SourceObserver { get; init; }

    /// <summary>Makes the edge for another try of a copy that was cut; null if it is not to be tried again.</summary>
    public Func<Edge, Failure, Edge?> Again { get; init; } = static (_, _) => null;

    /// <summary>A copy has its verdict.</summary>
    public Action<EdgeResult> Ended { get; init; } = static _ => { };
}

/// <summary>How one copy of several ended.</summary>
/// <param name="Edge">The copy, as it was tried last.</param>
/// <param name="Outcome">Null if it failed.</param>
/// <param name="Failure">Null if it did not.</param>
internal sealed record EdgeResult(Edge Edge, Outcome? Outcome, Exception? Failure)
{
    /// <summary>The program there took part in the last try.</summary>
    public bool WasReached { get; init; }
}
