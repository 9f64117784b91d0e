namespace Pipe.Dolly;

/// <summary>The data to send and the nodes that receive them, from a configuration file or from options.</summary>
internal sealed record Configuration
{
    /// <summary>Most hosts of dialect B.</summary>
    public const int MostHosts = 65536;

    public const int MostFanout = 1024;

    /// <summary>Null without an infile line.</summary>
    public InputFile? Input { get; init; }

    /// <summary>Null without an outfile line.</summary>
    public OutputFile? Output { get; init; }

    /// <summary>Whether zeros are sent and no disk is used: the line dummy.</summary>
    public bool IsDummy { get; init; }

    /// <summary>MiB of zeros; null if the line dummy names no number.</summary>
    public long? DummyMebibytes { get; init; }

    /// <summary>TCP_MAXSEG of the data connections; 0 if not set.</summary>
    public int SegmentSize { get; init; }

    public ExtraLinks? Links { get; init; }

    /// <summary>Number of nodes that each node feeds; 1 for a chain.</summary>
    public int Fanout { get; init; } = 1;

    /// <summary>Whether a name with a hyphen is taken whole when a classic client looks for itself.</summary>
    public bool IsHyphenNormal { get; init; }

    /// <summary>Empty if not named.</summary>
    public string Server { get; init; } = "";

    public string FirstClient { get; init; } = "";

    public string LastClient { get; init; } = "";

    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The index of the node that feeds a node; -1 for the server.</summary>
    public int ParentOf(int node) => (node / Fanout) - 1;
}
