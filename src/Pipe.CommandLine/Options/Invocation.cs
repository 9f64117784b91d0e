using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>A command line that is valid, of dmscp or of a front end with one copy.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Plan">Set for Copy, PrintPlan and EndLogin, null otherwise.</param>
/// <param name="Progress">Draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 shows neither warnings nor the meter, 1 and 2 notes of that level too.</param>
internal sealed record Invocation(CommandKind Kind, Plan? Plan, bool Progress, string Events, int Verbosity);
