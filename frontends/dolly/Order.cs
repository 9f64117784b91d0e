using Pipe.CommandLine;

namespace Pipe.Dolly;

/// <summary>A valid dolly command line.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Mode">The part that this process takes.</param>
/// <param name="Configuration">What is sent and to which nodes; empty for a client.</param>
/// <param name="Draft">The other options.</param>
internal sealed record Order(CommandKind Kind, RunMode Mode, Configuration Configuration, Draft Draft)
{
    /// <summary>What deserves a warning.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
