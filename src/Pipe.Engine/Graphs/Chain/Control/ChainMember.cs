namespace Pipe.Engine;

/// <summary>The place of a node in the chain, as <see cref="ChainControl"/> knows it.</summary>
internal enum ChainPlace
{
    /// <summary>Its program is being started, for the first time or again.</summary>
    Starting,

    /// <summary>It can be fed, but nothing feeds it yet.</summary>
    Waiting,

    /// <summary>Another node feeds it, or is about to.</summary>
    Fed,

    /// <summary>It has ended, and will not be started again.</summary>
    Gone,
}

/// <summary>One node of the chain, as <see cref="ChainControl"/> knows it.</summary>
internal sealed class ChainMember
{
    public ChainPlace Place { get; set; }

    /// <summary>The node that feeds it.</summary>
    public int Parent { get; set; } = ChainNodeStatus.NoParent;

    public List<int> Children { get; } = [];

    /// <summary>The link over which it is fed.</summary>
    public uint Link { get; set; }

    /// <summary>Bytes that it has stored.</summary>
    public long Stored { get; set; }

    /// <summary>Whether the node has stored anything since its current link was made.</summary>
    public bool HasMoved { get; set; }

    /// <summary>The time of its last progress, or of the last new link.</summary>
    public TimeSpan Progressed { get; set; }

    /// <summary>Links that failed since its last progress.</summary>
    public int Tries { get; set; }

    /// <summary>When it gets another link in place of a broken one; null if its link is not broken.</summary>
    public TimeSpan? RetryAt { get; set; }

    /// <summary>Whether its copy is complete and durable.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it has every byte, though they may not be durable yet.</summary>
    public bool IsFull { get; set; }

    public bool IsSlow { get; set; }

    /// <summary>Bytes that it had stored at the start of the present interval of measurement; negative if it was not fed then.</summary>
    public long StoredBefore { get; set; } = -1;

    public bool IsFed => Place == ChainPlace.Fed;

    /// <summary>Whether it still has to get its copy.</summary>
    public bool IsOpen => Place != ChainPlace.Gone && !IsDone;
}
