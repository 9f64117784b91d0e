using Pipe.Engine;

namespace Pipe;

/// <summary>What dmscp was called for.</summary>
internal enum Errand
{
    Copy,
    PrintPlan,
    Serve,
    Usage,
    Version,
}

/// <summary>A dmscp command line that makes sense.</summary>
/// <param name="Plan">There for Copy and PrintPlan, null otherwise.</param>
/// <param name="Progress">Draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">As <see cref="Messages.Verbosity"/>.</param>
internal sealed record Request(Errand Errand, Plan? Plan, bool Progress, string Events, int Verbosity);
