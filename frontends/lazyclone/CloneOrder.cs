using Pipe.Engine;

namespace Pipe.Lazyclone;

/// <summary>A clone to be served.</summary>
/// <param name="Source">As the user wrote it.</param>
/// <param name="Setup">For the engine.</param>
internal sealed record CloneOrder(string Source, CloneSetup Setup)
{
    /// <summary>How a source on another host is reached; null for others.</summary>
    public Plan? Plan { get; init; }

    public bool LiveSource { get; init; }

    /// <summary>Path of the unix socket; empty for none.</summary>
    public string Socket { get; init; } = "";

    /// <summary>Address and port; empty for none.</summary>
    public string Listen { get; init; } = "";

    public bool IsStdio { get; init; }

    /// <summary>File or descriptor for the events; empty for none.</summary>
    public string Events { get; init; } = "";
}
