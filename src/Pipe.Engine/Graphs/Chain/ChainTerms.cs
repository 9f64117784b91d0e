namespace Pipe.Engine;

/// <summary>How a node checks its copy before it reports success.</summary>
internal enum ChainVerify
{
    /// <summary>The bytes that were given to write have the digests that the source had.</summary>
    Written,

    /// <summary>The target is also read anew, past the page cache where the file system allows that.</summary>
    Read,
}

/// <summary>The settings for passing one source along a chain of nodes.</summary>
internal sealed record ChainTerms
{
    /// <summary>The shape of the chain, and the limits by which it is controlled.</summary>
    public ChainPolicy Policy { get; init; } = new();

    /// <summary>Bytes of a block, which is the unit of forwarding.</summary>
    public int Block { get; init; } = 128 * 1024;

    /// <summary>Bytes of blocks that each node keeps in memory for the nodes that it feeds.</summary>
    public long Memory { get; init; } = 32 << 20;

    /// <summary>Maximum number of concurrent logins.</summary>
    public int Logins { get; init; } = 32;

    /// <summary>How often a lost node is started again; it continues after the blocks that it has.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The pause before a node is started again.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(3);

    public ChainVerify Verify { get; init; }

    /// <summary>Receives the errors of reading the source.</summary>
    public required IObserver SourceObserver { get; init; }

    /// <summary>Receives each change of a node.</summary>
    public IChainObserver Observer { get; init; } = NoChainObserver.Instance;
}
