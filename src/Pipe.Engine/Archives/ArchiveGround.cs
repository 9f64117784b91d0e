using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What is there already where an archive is to be written: nothing, a complete one, which nobody touches, or what a cut run has
/// left, which goes on or goes.
/// </summary>
/// <param name="Kept">The fragments that are there and stay.</param>
/// <param name="End">Of one that is complete, and goes on with nothing.</param>
internal sealed record ArchiveGround(IReadOnlyList<Fragment> Kept, ManifestEnd? End)
{
    /// <summary>Makes the manifest ready for the next fragment.</summary>
    /// <param name="archive">What is to be written.</param>
    /// <param name="manifest">Of it; nobody else writes it now.</param>
    /// <param name="directories">Where fragments may lie.</param>
    /// <param name="head">For one that begins anew.</param>
    /// <param name="resumes">Whether it goes on.</param>
    public static ArchiveGround Prepare(
        ArchiveName archive, ManifestFile manifest, IReadOnlyList<string> directories, ManifestHead head, bool resumes)
    {
        var earlier = manifest.Earlier();
        if (earlier?.End is not null)
        {
            return resumes && earlier.Fragments.Count <= Limits.MaxKept && earlier.Fragments.All(fragment => IsThere(archive, fragment))
                ? new ArchiveGround(earlier.Fragments, earlier.End)
                : throw new Failure(ExitCode.Objects, $"{archive.Path}: this archive is there already, complete", "choose another name, or remove it first");
        }

        if (!resumes && earlier is { Fragments.Count: > 0 })
        {
            throw new Failure(
                ExitCode.Objects,
                $"{archive.Path}: an earlier run was cut, and {(earlier.Fragments.Count == 1 ? "a fragment of it is" : $"{earlier.Fragments.Count} fragments of it are")} there",
                $"{OptionWord.Resume} continues after them; to start over, remove them first");
        }

        IReadOnlyList<Fragment> kept = resumes && earlier is not null ? [.. earlier.Fragments.TakeWhile(fragment => IsThere(archive, fragment)).Take(Limits.MaxKept)] : [];
        Sweep(archive, directories, kept.Count, isOurs: earlier is not null);
        if (kept.Count > 0)
        {
            manifest.GoOn(kept.Count);
        }
        else
        {
            manifest.Begin(head);
        }

        return new ArchiveGround(kept, End: null);
    }

    private static bool IsThere(ArchiveName archive, Fragment fragment) =>
        FileStatus.Of(fragment.Path(archive)) is { IsRegular: true } status && status.Size == fragment.Size;

    /// <summary>Removes parts, and fragments that no manifest speaks of because the run was cut between the two.</summary>
    private static void Sweep(ArchiveName archive, IReadOnlyList<string> directories, int kept, bool isOurs)
    {
        foreach (var directory in directories)
        {
            if (directory != archive.Directory && FileStatus.OfName((archive with { Directory = directory }).Manifest) is not null)
            {
                throw new Failure(ExitCode.Objects, $"{Paths.Join(directory, archive.Name)}: another archive of this name lies there");
            }

            using var folder = Folder.Open(Paths.OrHere(directory));
            using var names = new FolderReader(folder);
            while (names.TryNext(out var name, out _))
            {
                var isPart = archive.IsPart(name);
                if (!isPart && (archive.NumberOf(name) is not { } number || number < kept))
                {
                    continue;
                }

                if (!isPart && !isOurs)
                {
                    throw new Failure(
                        ExitCode.Objects,
                        $"{Paths.Join(directory, name)}: is there already, and no manifest speaks of it",
                        "choose another name, or remove the fragments first");
                }

                folder.Remove(name);
            }
        }
    }
}
