using Pipe.CommandLine;

namespace Pipe.Dolly;

/// <summary>A valid dolly command line.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Mode">The part that this process takes.</param>
/// <param name="Configuration">The data to send and the nodes that receive them; empty for a client.</param>
/// <param name="Draft">The other options.</param>
internal sealed record ChainInvocation(CommandKind Kind, RunMode Mode, Configuration Configuration, Draft Draft)
{
    /// <summary>Texts of warnings for the user.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
