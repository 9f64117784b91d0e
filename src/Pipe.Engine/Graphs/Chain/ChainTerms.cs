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
    public const long DefaultMemory = 32 << 20;
    public const int DefaultBlock = 128 * 1024;
    public const int DefaultLogins = 32;
    public const int DefaultRetries = 2;

    /// <summary>Number of nodes that the head and each node feed; 1 makes a chain.</summary>
    public int Fanout { get; init; } = 1;

    /// <summary>Bytes of a block, which is the unit of forwarding.</summary>
    public int Block { get; init; } = DefaultBlock;

    /// <summary>Bytes of blocks that each node keeps in memory for the nodes that it feeds.</summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>Maximum number of concurrent logins.</summary>
    public int Logins { get; init; } = DefaultLogins;

    /// <summary>How often a node that was lost is started again; it goes on from what it has.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>The pause before a node is started again.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the first block waits for nodes that have not answered. Later nodes join at the end of the chain.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a node may store nothing while the node that feeds it has more. Then it no longer feeds others, and gets another link, three times with
    /// twice that patience each, before it is dropped.
    /// </summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the whole chain may move nothing, a slow source included; zero for no limit.</summary>
    public TimeSpan IdleLimit { get; init; }

    /// <summary>A node slower than this percentage of the fastest no longer feeds others; 0 for no such rule.</summary>
    public int SlowPercent { get; init; } = 10;

    /// <summary>How long a node must have been that slow.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(10);

    public ChainVerify Verify { get; init; }

    /// <summary>Whether a node keeps those blocks of an existing file, partial file or device that are right already.</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Folder for the copy of a source that cannot be read again; empty for the folder for temporary files.</summary>
    public string SpillFolder { get; init; } = "";

    /// <summary>Receives the errors of reading the source.</summary>
    public required IObserver SourceObserver { get; init; }

    /// <summary>Receives each change of a node.</summary>
    public IChainObserver Observer { get; init; } = NoChainObserver.Instance;
}
