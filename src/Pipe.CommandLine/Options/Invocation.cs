using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>A valid command line of dmscp, or of a front end with one copy.</summary>
/// <param name="Kind">The requested action.</param>
/// <param name="Plan">Set for Copy, PrintPlan and EndLogin, null otherwise.</param>
/// <param name="Progress">Whether to draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 hides warnings and the meter; 1 and 2 also show notes up to that level.</param>
internal sealed record Invocation(CommandKind Kind, Plan? Plan, bool Progress, string Events, int Verbosity)
{
    /// <summary>Whether standard output gets the result as one JSON object, and nothing else.</summary>
    public bool IsJson { get; init; }

    /// <summary>Warnings about the command line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
