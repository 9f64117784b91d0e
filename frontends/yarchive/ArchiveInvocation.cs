using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Yarchive;

/// <summary>A valid yarchive command line.</summary>
/// <param name="Kind">Copy: carry out the plans, or the local command.</param>
/// <param name="Plans">Copies, one after the other.</param>
/// <param name="Local">The command for an archive on this host, which the plans express in dmscp's terms. Null where the engine carries out the plans.</param>
/// <param name="Progress">Whether to draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 shows neither warnings nor the meter, 1 and 2 also notes of that level.</param>
internal sealed record ArchiveInvocation(CommandKind Kind, IReadOnlyList<Plan> Plans, ILocalCommand? Local, bool Progress, string Events, int Verbosity)
{
    /// <summary>Warnings about the command line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>One of the plans, in the form common to all front ends.</summary>
    public Invocation At(int number) => new(Kind, Plans[number], Progress, number == 0 ? Events : "", Verbosity);
}
