using Pipe.CommandLine;

namespace Pipe.Dolly;

/// <summary>The role of this process.</summary>
internal enum Role
{
    /// <summary>Prints how to start.</summary>
    None,

    /// <summary>Sends to nodes that it starts.</summary>
    Head,

    /// <summary>Sends to classic clients, which were started by hand.</summary>
    ClassicServer,

    /// <summary>Waits for a classic server.</summary>
    ClassicClient,
}

/// <summary>A valid dolly command line.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Role">The role of this process.</param>
/// <param name="Configuration">What is sent and to which nodes; empty for a client.</param>
/// <param name="Draft">The other options.</param>
internal sealed record Order(CommandKind Kind, Role Role, Configuration Configuration, Draft Draft)
{
    /// <summary>What deserves a warning.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
