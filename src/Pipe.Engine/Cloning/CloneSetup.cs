namespace Pipe.Engine;

/// <summary>The user's settings for a clone.</summary>
/// <param name="Destination">Path of the destination, a file or block device.</param>
/// <param name="Metadata">Path of the file that records the hydrated regions.</param>
internal sealed record CloneSetup(string Destination, string Metadata)
{
    /// <summary>Size of a region in bytes; 0 for the recorded size, or the default for a new clone.</summary>
    public long Region { get; init; }

    /// <summary>Size of the clone in bytes; 0 for the size of the source.</summary>
    public long Size { get; init; }

    /// <summary>Whether existing data in the destination may be overwritten.</summary>
    public bool Force { get; init; }

    /// <summary>The name of the source as recorded in the metadata.</summary>
    public string SourceName { get; init; } = "";

    /// <summary>Path of a local source; empty for a remote one.</summary>
    public string SourcePath { get; init; } = "";

    public required CloneTerms Terms { get; init; }
}
