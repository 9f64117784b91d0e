using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>What there is to say of an archive without reading its fragments.</summary>
/// <param name="Archive">Its name.</param>
/// <param name="Manifest">Without its fragments; null if it is damaged.</param>
/// <param name="Fragments">How many there are.</param>
/// <param name="Size">Bytes of the stream, so far as it is there.</param>
/// <param name="OnTape">How many of the fragments are on tape only.</param>
/// <param name="Missing">How many are not there.</param>
/// <param name="Wrong">How many are there, and have another size, are no files, cannot be looked at, or are lost.</param>
/// <param name="IsBeingWritten">Somebody is at it.</param>
/// <param name="Damage">What is wrong with the manifest; empty if nothing is.</param>
internal sealed record ArchiveSummary(
    ArchiveName Archive, Manifest? Manifest, int Fragments, long Size, int OnTape, int Missing, int Wrong, bool IsBeingWritten, string Damage)
{
    public bool IsComplete => Manifest?.End is not null;

    /// <summary>When it was complete, or else begun.</summary>
    public string Time => Manifest?.End?.Time ?? Manifest?.Head.Started ?? "";

    /// <param name="archive">Which one.</param>
    /// <param name="states">Of the fragments, from their data migration system; null if none was asked.</param>
    /// <exception cref="Failure">There is none.</exception>
    public static ArchiveSummary Of(ArchiveName archive, IReadOnlyDictionary<string, MigrationState>? states = null)
    {
        var (count, size, onTape, missing, wrong) = (0, 0L, 0, 0, 0);
        using var whereabouts = new Whereabouts(states);
        try
        {
            var manifest = Engine.Manifest.Visit(archive, (in Fragment fragment) =>
            {
                (count, size) = (count + 1, fragment.End);
                switch (whereabouts.Of(archive, fragment))
                {
                    case Whereabout.OnDisk:
                        break;
                    case Whereabout.OnTape:
                        onTape++;
                        break;
                    case Whereabout.Missing:
                        missing++;
                        break;
                    default:
                        wrong++;
                        break;
                }
            });
            return new ArchiveSummary(archive, manifest, count, size, onTape, missing, wrong, manifest.End is null && IsLocked(archive), "");
        }
        catch (Failure e) when (e.Code == Protocol.ExitCode.Integrity)
        {
            return new ArchiveSummary(archive, null, count, size, onTape, missing, wrong, false, e.Message);
        }
    }

    private static bool IsLocked(ArchiveName archive)
    {
        using var fd = StoredFile.Open(archive.Manifest);
        return !fd.TryLock();
    }
}
