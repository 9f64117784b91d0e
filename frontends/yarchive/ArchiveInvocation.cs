using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Yarchive;

/// <summary>A yarchive command line that is valid.</summary>
/// <param name="Kind">Copy: carry out the plans, or the local command.</param>
/// <param name="Plans">Copies, one after the other.</param>
/// <param name="Local">The command for an archive on this host; the plans say the same in dmscp's words. Null where the engine carries out the plans.</param>
/// <param name="Progress">Draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 shows neither warnings nor the meter, 1 and 2 notes of that level too.</param>
internal sealed record ArchiveInvocation(CommandKind Kind, IReadOnlyList<Plan> Plans, ILocalCommand? Local, bool Progress, string Events, int Verbosity)
{
    /// <summary>One of the plans, in the form that all front ends have.</summary>
    public Invocation At(int number) => new(Kind, Plans[number], Progress, number == 0 ? Events : "", Verbosity);
}
