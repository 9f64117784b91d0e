using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Uses a data migration system for an archive that is read.</summary>
internal static class ArchiveRecall
{
    private const long UsualBudget = 256L << 30;

    /// <summary>
    /// Recalls these fragments ahead of the reader, who reads them in that order; null if the user has not said that the archive may be on tape.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="fragments">The fragments to read.</param>
    /// <param name="archiving">The system, its budget, and whether to release fragments after reading.</param>
    /// <param name="patienceSeconds">The longest wait without progress; 0 for no limit.</param>
    /// <param name="waiting">Called with the reason for a wait.</param>
    /// <exception cref="Failure">The system does not exist, or has no command to recall.</exception>
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

    /// <summary>An absolute path, because commands may run in another directory. A missing file is left to the reader, which reports it.</summary>
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
