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

    /// <summary>The shape of the chain, and the limits by which it is controlled.</summary>
    public ChainPolicy Policy { get; init; } = new();

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
