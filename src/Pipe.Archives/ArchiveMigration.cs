using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>Uses a data migration system for an archive that is being written.</summary>
internal sealed class ArchiveMigration : IDisposable
{
    private const int MostWords = 8;

    /// <summary>The limit if the user has set none: requests are accepted eventually, but perhaps not at once.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(10);
    private readonly IReadOnlyList<string> _directories;
    private readonly MigrationQueue _queue;
    private readonly SpaceRetry _retry;
    private readonly Action<string> _waiting;
    private readonly bool _isReleased;

    private ArchiveMigration(MigrationQueue queue, bool isReleased, IReadOnlyList<string> directories, SpaceRetry retry, Action<string> waiting) =>
        (_queue, _isReleased, _directories, _retry, _waiting) = (queue, isReleased, directories, retry, waiting);

    /// <summary>Null if nothing is to be migrated.</summary>
    /// <exception cref="Failure">The system does not exist or does not work there, or the fragments are too large for its disk cache.</exception>
    public static ArchiveMigration? Of(Archiving archiving, IReadOnlyList<string> directories, SpaceRetry retry, Action<string> waiting)
    {
        if (!archiving.Has(ArchivingFlags.Migrate))
        {
            return null;
        }

        var system = SystemOf(archiving);
        foreach (var directory in directories)
        {
            system.Test(Paths.OrHere(directory), Longest(retry));
            CheckSize(archiving, directory);
        }

        var isReleased = archiving.Has(ArchivingFlags.Release);
        return new ArchiveMigration(new MigrationQueue(system, isReleased, Longest(retry)), isReleased, directories, retry, waiting);
    }

    public static MigrationSystem SystemOf(Archiving archiving) => MigrationSystem.Find(archiving.System, MigrationCommands.Parse(archiving.Commands));

    public void Add(string path, long size) => _queue.Add(Absolute(path), size);

    /// <summary>
    /// Frees space where possible. Returns the reason if none will ever become free: no fragment is being migrated, and the current fragment alone
    /// fills the disk.
    /// </summary>
    public string? WhyNever(long growing)
    {
        if (_queue.Reclaim() != Reclaimed.Nothing)
        {
            return null;
        }

        try
        {
            using var place = Fd.Open(Paths.OrHere(_directories[^1]), OpenFlags.PathOnly);
            var (all, free) = place.Capacity();
            return growing > (all - free) / 10 * 9 ? "no migration is under way, and this fragment is all that fills the disk" : null;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <summary>
    /// Waits until every request is accepted, or everything is released if requested. Returns warnings about the rest: the archive is complete in any
    /// case.
    /// </summary>
    public string Finish()
    {
        var troubles = _queue.Finish(Longest(_retry), _waiting, untilCopied: _isReleased);
        return string.Join("; ", troubles.Count > MostWords ? [.. troubles.Take(MostWords), $"and {troubles.Count - MostWords} more"] : troubles);
    }

    public void Abort() => _queue.Abort();

    public void Dispose() => _queue.Dispose();

    private static TimeSpan Longest(SpaceRetry retry) => retry.Seconds > 0 ? TimeSpan.FromSeconds(retry.Seconds) : UsualPatience;

    private static void CheckSize(Archiving archiving, string directory)
    {
        using var place = Fd.Open(Paths.OrHere(directory), OpenFlags.PathOnly);
        var all = place.Capacity().All;
        if (!archiving.Has(ArchivingFlags.Release) && archiving.Fragment > all / 2)
        {
            throw new Failure(
                ExitCode.NoSpace,
                $"{Paths.OrHere(directory)}: fragments of {ByteSize.Round(archiving.Fragment)} are too large for a disk cache of {ByteSize.Round(all)}",
                $"one is written while another is migrated: use smaller fragments, or {OptionWord.Release}");
        }
    }

    /// <summary>An absolute path, because commands may run in another directory.</summary>
    private static string Absolute(string path) => Paths.Resolve(path) ?? path;
}
