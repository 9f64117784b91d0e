using Pipe.Engine;

namespace Pipe.Yarchive;

/// <summary>A command line that makes sense.</summary>
/// <param name="Errand">To copy is to do what the plans, or the chore, are about.</param>
/// <param name="Plans">What the engine is to do, one after the other.</param>
/// <param name="Chore">What is to be done on this very host instead; the plans say the same in dmscp's words.</param>
/// <param name="Progress">Draw the meter.</param>
/// <param name="Events">File or descriptor for the events; empty for none.</param>
/// <param name="Verbosity">-1 shows neither warnings nor the meter, 1 and 2 notes of that level too.</param>
internal sealed record Order(Errand Errand, IReadOnlyList<Plan> Plans, IChore? Chore, bool Progress, string Events, int Verbosity)
{
    /// <summary>One of the plans, as all front ends have it.</summary>
    public Request Request(int number) => new(Errand, Plans[number], Progress, number == 0 ? Events : "", Verbosity);
}
