namespace Pipe.Engine;

/// <summary>The shape of a chain, and the limits by which it is controlled.</summary>
internal sealed record ChainPolicy
{
    /// <summary>Number of nodes that the head and each node feed; 1 makes a chain.</summary>
    public int Fanout { get; init; } = 1;

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
}
