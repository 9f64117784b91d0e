using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Which way the data go, seen from here.</summary>
internal enum Direction
{
    /// <summary>From the remote host.</summary>
    Read,

    /// <summary>To the remote host.</summary>
    Write,
}

/// <summary>What carries the data.</summary>
internal enum DataChannel
{
    /// <summary>TCP connections.</summary>
    Tcp,

    /// <summary>Datagrams, and nothing else.</summary>
    Udp,

    /// <summary>Datagrams on a link that is better used by them, else TCP.</summary>
    Auto,
}

/// <summary>Ports a data channel may listen on, both ends included; 0-0 leaves the choice to the kernel.</summary>
internal readonly record struct PortRange(int Low, int High)
{
    public static PortRange Any { get; }
}

/// <summary>What is to be done with a tree.</summary>
internal enum TreeAction
{
    Copy,

    /// <summary>Compare both sides by digests; nothing is written.</summary>
    Verify,

    /// <summary>Say what a copy would send and remove; nothing is written.</summary>
    DryRun,
}

/// <summary>What is to be done: all that a front end tells the engine. It opens, resolves and connects nothing.</summary>
internal sealed record Plan
{
    public const int DefaultTimeoutSeconds = 30;

    public required Direction Direction { get; init; }

    public required Remote Remote { get; init; }

    /// <summary>The object on the remote host.</summary>
    public required Resource There { get; init; }

    /// <summary>The local object.</summary>
    public required Resource Here { get; init; }

    /// <summary>Where both objects are trees, with equal flags and excludes.</summary>
    public TreeAction TreeAction { get; init; }

    /// <summary>Names that come from the other host are not held against the patterns that were asked for.</summary>
    public bool TrustNames { get; init; }

    /// <summary>What is read is asked for range by range.</summary>
    public bool OnDemand { get; init; }

    public PortRange Ports { get; init; } = PortRange.Any;

    /// <summary>Socket buffer of a data connection in bytes, both ways; 0 leaves it to the kernel.</summary>
    public int WindowSize { get; init; }

    public DigestKind Checksum { get; init; } = DigestKind.XxHash3;

    /// <summary>What guards the data connections.</summary>
    public Protection Protection { get; init; }

    /// <summary>What carries the data.</summary>
    public DataChannel Channel { get; init; }

    /// <summary>What is wanted of the datagram channel.</summary>
    public DatagramPolicy Datagrams { get; init; } = DatagramPolicy.Usual;

    /// <summary>How data connections come about.</summary>
    public ConnectMode ConnectMode { get; init; }

    /// <summary>Address for data connections instead of the one that ssh uses; empty for that one.</summary>
    public string DataHost { get; init; } = "";

    /// <summary>Data connections; 0 leaves the number to the engine.</summary>
    public int Streams { get; init; }

    /// <summary>Bytes a second at most; 0 is no limit.</summary>
    public long Rate { get; init; }

    /// <summary>How long a peer may be silent, or take to start.</summary>
    public int TimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    /// <summary>How long to wait for space, or for what is on tape, without progress; 0: not at all.</summary>
    public int PatienceSeconds { get; init; }

    /// <summary>What is to be known of the remote object if it is an archive.</summary>
    public Archiving? Archiving { get; init; }

    /// <summary>Of an archive that is written: a stream without a byte is stored too.</summary>
    public bool AllowsEmpty { get; init; }

    /// <summary>Local shell commands, with a NUL between them, that the data go through on their way, in that order.</summary>
    public string Filters { get; init; } = "";

    /// <summary>Of an archive that is read: what it went through is undone, and the filters are the commands for what is not known by name.</summary>
    public bool Unfilters { get; init; }

    /// <summary>Write into the existing file instead of replacing it when all is there.</summary>
    public bool InPlace { get; init; }

    /// <summary>One of the two objects as the engine sees it: with what the errand and the other one make of it.</summary>
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
