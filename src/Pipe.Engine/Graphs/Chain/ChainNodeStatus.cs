namespace Pipe.Engine;

/// <summary>The states of a node of a chain.</summary>
internal enum ChainNodeState
{
    /// <summary>Its program is being started.</summary>
    Starting,

    /// <summary>Its program runs, and it can be fed.</summary>
    Ready,

    /// <summary>It receives blocks, and stores and forwards them.</summary>
    Moving,

    /// <summary>As Moving, but too slow to feed others.</summary>
    Slow,

    /// <summary>It has every block, and makes them durable or reads them again.</summary>
    Finishing,

    /// <summary>Its copy is complete, verified and durable. It still feeds others.</summary>
    Done,

    /// <summary>It has failed, and may be started again.</summary>
    Failed,
}

/// <summary>A snapshot of one node.</summary>
/// <param name="Position">Index of the node's edge, from 0.</param>
/// <param name="Name">The name of its host.</param>
/// <param name="State">Its state.</param>
/// <param name="Parent">Position of the node that feeds it: <see cref="Head"/> for the head, <see cref="NoParent"/> for none.</param>
/// <param name="Bytes">Bytes that it has stored, holes included.</param>
/// <param name="Rate">Bytes per second since its previous snapshot of this kind.</param>
internal sealed record ChainNodeStatus(int Position, string Name, ChainNodeState State, int Parent, long Bytes, double Rate)
{
    public const int Head = -1;
    public const int NoParent = -2;

    /// <summary>Size of the source; -1 while unknown.</summary>
    public long Total { get; init; } = -1;

    /// <summary>How often the node was started again.</summary>
    public int Rejoined { get; init; }

    /// <summary>How the node failed; null unless it has.</summary>
    public ChainFault? Fault { get; init; }
}

/// <summary>The failure of a node.</summary>
/// <param name="Failure">The cause, in the user's words.</param>
/// <param name="Offset">Number of bytes stored before it, or the offset at which storing failed.</param>
/// <param name="Errno">The system's error number; 0 if it was no system call that failed.</param>
internal sealed record ChainFault(Failure Failure, long Offset, int Errno)
{
    /// <summary>Whether the node's program was reached before.</summary>
    public bool WasReached { get; init; } = true;
}
