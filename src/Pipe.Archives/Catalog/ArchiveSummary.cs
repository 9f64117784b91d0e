using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>What there is to say of an archive without reading its fragments.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Manifest">Without its fragments; null if it cannot be read, or is damaged.</param>
/// <param name="Fragments">How many there are.</param>
/// <param name="Size">Bytes of the stream, so far as it is there.</param>
/// <param name="Counts">Where they are.</param>
/// <param name="IsBeingWritten">Somebody is at it.</param>
/// <param name="Fault">What is wrong with the manifest; null if nothing is.</param>
internal sealed record ArchiveSummary(
    ArchiveName Archive, Manifest? Manifest, int Fragments, long Size, FragmentCounts Counts, bool IsBeingWritten, Failure? Fault)
{
    public bool IsComplete => Manifest?.End is not null;

    public bool IsDamaged => Fault?.Code == ExitCode.Integrity;

    /// <summary>When it was complete, or else begun.</summary>
    public string Time => Manifest?.End?.Time ?? Manifest?.Head.Started ?? "";

    /// <param name="archive">Which one.</param>
    /// <param name="states">Of the fragments, from their data migration system; null if none was asked.</param>
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
