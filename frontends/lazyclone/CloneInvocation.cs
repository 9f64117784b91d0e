using Pipe.Engine;

namespace Pipe.Lazyclone;

/// <summary>A clone to serve.</summary>
/// <param name="Source">The source as the user wrote it.</param>
/// <param name="Setup">The settings for the engine.</param>
internal sealed record CloneInvocation(string Source, CloneSetup Setup)
{
    /// <summary>The plan for a source on another host; null for other sources.</summary>
    public Plan? Plan { get; init; }

    public bool LiveSource { get; init; }

    /// <summary>The directory of the certificates for TLS; empty for no TLS.</summary>
    public string TlsCertificates { get; init; } = "";

    /// <summary>Path of the Unix socket; empty for none.</summary>
    public string Socket { get; init; } = "";

    /// <summary>TCP address and port; empty for none.</summary>
    public string Listen { get; init; } = "";

    public bool IsStdio { get; init; }

    /// <summary>Whether a meter is wanted.</summary>
    public bool Progress { get; init; }

    /// <summary>File or descriptor for the events; empty for none.</summary>
    public string Events { get; init; } = "";
}
