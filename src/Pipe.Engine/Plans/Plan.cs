using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The direction of the data, seen from this host.</summary>
internal enum Direction
{
    /// <summary>From the remote host.</summary>
    Read,

    /// <summary>To the remote host.</summary>
    Write,
}

/// <summary>The transport that the user asked for.</summary>
internal enum DataChannel
{
    /// <summary>TCP connections.</summary>
    Tcp,

    /// <summary>Datagrams only.</summary>
    Udp,

    /// <summary>Datagrams on a path that they use better, otherwise TCP.</summary>
    Auto,
}

/// <summary>The ports that a data channel may listen on, both ends inclusive; 0-0 leaves the choice to the kernel.</summary>
internal readonly record struct PortRange(int Low, int High)
{
    public static PortRange Any { get; }
}

/// <summary>The action on a tree.</summary>
internal enum TreeAction
{
    Copy,

    /// <summary>Compare both sides by digests; writes nothing.</summary>
    Verify,

    /// <summary>Report what a copy would send and remove; writes nothing.</summary>
    DryRun,
}

/// <summary>A copy to perform: everything that a front end tells the engine. The plan itself opens, resolves and connects nothing.</summary>
internal sealed record Plan
{
    public const int DefaultTimeoutSeconds = 30;

    public required Direction Direction { get; init; }

    public required Remote Remote { get; init; }

    /// <summary>The object on the remote host.</summary>
    public required Resource There { get; init; }

    /// <summary>The local object.</summary>
    public required Resource Here { get; init; }

    /// <summary>The action, if both objects are trees; they have equal flags and excludes.</summary>
    public TreeAction TreeAction { get; init; }

    /// <summary>Whether to accept names from the other host without checking them against the requested patterns.</summary>
    public bool TrustNames { get; init; }

    /// <summary>Whether the receiver asks for each range that it wants.</summary>
    public bool OnDemand { get; init; }

    public PortRange Ports { get; init; } = PortRange.Any;

    /// <summary>Socket buffer of a data connection in bytes, in both directions; 0 leaves it to the kernel.</summary>
    public int WindowSize { get; init; }

    public DigestKind Checksum { get; init; } = DigestKind.XxHash3;

    /// <summary>The protection of the data connections.</summary>
    public Protection Protection { get; init; }

    /// <summary>The transport of the data.</summary>
    public DataChannel Channel { get; init; }

    /// <summary>The user's datagram policy.</summary>
    public DatagramPolicy Datagrams { get; init; } = DatagramPolicy.Usual;

    /// <summary>The way in which data connections are made.</summary>
    public ConnectMode ConnectMode { get; init; }

    /// <summary>Address for data connections; empty for the one that ssh uses.</summary>
    public string DataHost { get; init; } = "";

    /// <summary>Number of data connections; 0 leaves it to the engine.</summary>
    public int Streams { get; init; }

    /// <summary>Maximum rate in bytes per second; 0 for no limit.</summary>
    public long Rate { get; init; }

    /// <summary>The longest silence of a peer, also at its start.</summary>
    public int TimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    /// <summary>Seconds to wait without progress for disk space or for files on tape; 0 to not wait.</summary>
    public int PatienceSeconds { get; init; }

    /// <summary>The settings of the remote object if it is an archive.</summary>
    public Archiving? Archiving { get; init; }

    /// <summary>For an archive that is written: whether to store an empty stream.</summary>
    public bool AllowsEmpty { get; init; }

    /// <summary>Local shell commands that filter the data, in that order, separated by NULs.</summary>
    public string Filters { get; init; } = "";

    /// <summary>
    /// For an archive that is read: whether to undo its filters; <see cref="Filters"/> then has the commands for those without a known inverse.
    /// </summary>
    public bool Unfilters { get; init; }

    /// <summary>Whether to write into the existing file instead of replacing it at the end.</summary>
    public bool InPlace { get; init; }

    /// <summary>One of the two objects in the engine's terms, adjusted for the action and the other object.</summary>
    public Resource TreeOf(Resource resource, Resource source)
    {
        if (resource.Kind != ResourceKind.Tree)
        {
            return resource;
        }

        var compare = TreeAction switch
        {
            TreeAction.Verify => TreeFlags.Compare | TreeFlags.Resume,
            TreeAction.DryRun => TreeFlags.Compare,
            _ => TreeFlags.None,
        };
        var tree = resource == source ? resource : resource.WithContentsOf(source);
        return tree with { Flags = tree.Flags | compare };
    }
}
