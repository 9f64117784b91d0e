namespace Pipe.Engine;

/// <summary>What a program was called for.</summary>
internal enum Errand
{
    Copy,
    PrintPlan,
    Serve,

    /// <summary>Serve, but only once a client calls.</summary>
    Wait,

    /// <summary>End a login that was kept.</summary>
    EndLogin,
    Usage,
    Version,
}

/// <summary>A command line that makes sense, of dmscp or of a front end.</summary>
/// <param name="Plan">There for Copy, PrintPlan and EndLogin, null otherwise.</param>
/// <param name="Progress">Draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 shows neither warnings nor the meter, 1 and 2 notes of that level too.</param>
internal sealed record Request(Errand Errand, Plan? Plan, bool Progress, string Events, int Verbosity);
