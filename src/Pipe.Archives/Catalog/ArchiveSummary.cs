using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A summary of an archive, made without reading its fragments.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Manifest">The manifest without its fragments; null if it cannot be read, or is damaged.</param>
/// <param name="Fragments">Number of fragments.</param>
/// <param name="Size">Size of the stream in bytes, as far as it is stored.</param>
/// <param name="Counts">The states of its fragments.</param>
/// <param name="IsBeingWritten">Whether another process is writing it.</param>
/// <param name="Fault">The error in the manifest; null if there is none.</param>
internal sealed record ArchiveSummary(
    ArchiveName Archive, Manifest? Manifest, int Fragments, long Size, FragmentCounts Counts, bool IsBeingWritten, Failure? Fault)
{
    public bool IsComplete => Manifest?.End is not null;

    public bool IsDamaged => Fault?.Code == ExitCode.Integrity;

    /// <summary>The time of completion, or else of the beginning.</summary>
    public string Time => Manifest?.End?.Time ?? Manifest?.Head.Started ?? "";

    /// <param name="archive">The archive.</param>
    /// <param name="states">The states of the fragments, from their data migration system; null if none was asked.</param>
    public static ArchiveSummary Of(ArchiveName archive, IReadOnlyDictionary<string, MigrationState>? states = null)
    {
        var (count, size) = (0, 0L);
        var tally = new FragmentTally(archive, states);
        try
        {
            var manifest = Archives.Manifest.Visit(archive, (in Fragment fragment) =>
            {
                (count, size) = (count + 1, fragment.End);
                tally.Add(fragment);
            });
            return new ArchiveSummary(archive, manifest, count, size, tally.Total(), manifest.End is null && IsLocked(archive), Fault: null);
        }
        catch (Failure e)
        {
            return new ArchiveSummary(archive, null, count, size, tally.Total(), false, e);
        }
    }

    private static bool IsLocked(ArchiveName archive)
    {
        using var fd = StoredFile.Open(archive.Manifest);
        return !fd.TryLock();
    }
}
