namespace Pipe.Engine;

/// <summary>What the user says of a clone.</summary>
/// <param name="Destination">File or block device.</param>
/// <param name="Metadata">File that says what is hydrated.</param>
internal sealed record CloneSetup(string Destination, string Metadata)
{
    /// <summary>Bytes of a region; 0: what the metadata say, or the default.</summary>
    public long Region { get; init; }

    /// <summary>Bytes of the clone; 0: all of the source.</summary>
    public long Size { get; init; }

    /// <summary>What is in the destination may go.</summary>
    public bool Force { get; init; }

    /// <summary>The name of the source, for the metadata.</summary>
    public string SourceName { get; init; } = "";

    /// <summary>File or device of this machine that is the source; empty if it is elsewhere.</summary>
    public string SourcePath { get; init; } = "";

    public required CloneTerms Terms { get; init; }
}
