using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>What a data migration system does for an archive that is read.</summary>
internal static class ArchiveRecall
{
    private const long UsualBudget = 256L << 30;

    /// <summary>Has these fragments recalled ahead of whoever reads them in that order; null if nobody has said that there are tapes behind this disk.</summary>
    /// <param name="archive">Whose they are.</param>
    /// <param name="fragments">What is read.</param>
    /// <param name="archiving">The system, its budget, and whether they are released again.</param>
    /// <param name="patienceSeconds">How long to wait without progress; 0: as long as it takes.</param>
    /// <param name="waiting">Is told what is waited for.</param>
    /// <exception cref="Failure">There is no such system, or it has no command for that.</exception>
    public static RecallAhead? Of(ArchiveName archive, IEnumerable<Fragment> fragments, Archiving archiving, int patienceSeconds, Action<string> waiting)
    {
        if (!IsMigrated(archiving))
        {
            return null;
        }

        RecallFile[] files = [.. fragments.Select(fragment => new RecallFile(Absolute(fragment.Path(archive)), fragment.Size))];
        var terms = new RecallTerms(
            archiving.Budget > 0 ? archiving.Budget : UsualBudget,
            archiving.Has(ArchivingFlags.Release),
            patienceSeconds > 0 ? TimeSpan.FromSeconds(patienceSeconds) : TimeSpan.FromDays(365),
            ExitCode.TimedOut,
            waiting);
        return files.Length > 0 ? new RecallAhead(ArchiveMigration.SystemOf(archiving), files, terms) : null;
    }

    private static bool IsMigrated(Archiving archiving) =>
        archiving.Has(ArchivingFlags.Release) || archiving.System.Length > 0 || archiving.Commands.Length > 0;

    /// <summary>Commands may run elsewhere; what is no file they have nothing to do with, and whoever reads it says so.</summary>
    private static string Absolute(string path)
    {
        try
        {
            return Paths.Resolve(path) ?? path;
        }
        catch (LinuxException)
        {
            return path;
        }
    }
}
