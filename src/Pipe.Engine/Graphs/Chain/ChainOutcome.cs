using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The result of a chain: one for each node, in the order of the edges.</summary>
/// <param name="Bytes">Size of the source, or the bytes read before it failed.</param>
/// <param name="Elapsed">From the start to the last verdict.</param>
/// <param name="Nodes">The results of the nodes.</param>
internal sealed record ChainOutcome(long Bytes, TimeSpan Elapsed, IReadOnlyList<ChainNodeResult> Nodes)
{
    /// <summary>From the first byte read to the last verdict, logins excluded.</summary>
    public TimeSpan Moving { get; init; }

    /// <summary>The failure of the source; every node has failed then. Null if it was read to its end.</summary>
    public Failure? SourceFailure { get; init; }
}

/// <summary>The result of one node.</summary>
/// <param name="Edge">Its edge.</param>
/// <param name="Position">Index of the edge, from 0.</param>
internal sealed record ChainNodeResult(Edge Edge, int Position)
{
    /// <summary>Bytes in the target, holes included; those stored before the failure, if it failed.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that the target had already, which were not sent.</summary>
    public long Kept { get; init; }

    /// <summary>From the first byte that the head read to the node's verdict.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Bytes per second over that time.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    /// <summary>Sum of the fingerprints of all blocks: equal on the head and on all nodes with equal contents. Zero if the node failed.</summary>
    public ulong Digest { get; init; }

    /// <summary>How the copy was checked; meaningless if the node failed.</summary>
    public ChainVerify Verified { get; init; }

    /// <summary>The bottleneck of the last link that fed the node; unknown for a small object.</summary>
    public Bottleneck Limit { get; init; }

    /// <summary>How often the node was started again.</summary>
    public int Rejoined { get; init; }

    /// <summary>Whether the node was found too slow to feed others.</summary>
    public bool WasSlow { get; init; }

    /// <summary>Positions of the nodes that fed it, in order of time; <see cref="ChainNodeStatus.Head"/> is the head.</summary>
    public IReadOnlyList<int> Parents { get; init; } = [];

    /// <summary>Warnings for the user about a successful copy.</summary>
    public IReadOnlyCollection<string> Warnings { get; init; } = [];

    /// <summary>How the node failed; null if it has its copy.</summary>
    public ChainFault? Fault { get; init; }
}
