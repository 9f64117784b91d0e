using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// What is there already where an archive is to be written: nothing, a complete one, which nobody touches, or what a cut run has
/// left, which goes on or goes.
/// </summary>
/// <param name="Kept">The fragments that are there and stay.</param>
/// <param name="End">Of one that is complete, and goes on with nothing.</param>
/// <param name="Id">In the head of the manifest; empty if an earlier version began the archive.</param>
internal sealed record ArchiveGround(IReadOnlyList<Fragment> Kept, ManifestEnd? End, string Id)
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
                ? new ArchiveGround(earlier.Fragments, earlier.End, earlier.Head.Id)
                : throw new Failure(ExitCode.Objects, $"{archive.Path}: this archive is there already, complete", "choose another name, or remove it first");
        }

        if (!resumes && earlier is not null && earlier.Fragments.Count + Unnamed(archive, earlier, directories) is > 0 and var there)
        {
            throw new Failure(
                ExitCode.Objects,
                $"{archive.Path}: an earlier run was cut, and {(there == 1 ? "a fragment of it is" : $"{there} fragments of it are")} there",
                $"{OptionWord.Resume} continues after them; to start over, remove them first");
        }

        IReadOnlyList<Fragment> kept = resumes && earlier is not null ? [.. earlier.Fragments.TakeWhile(fragment => IsThere(archive, fragment)).Take(Limits.MaxKept)] : [];
        var id = kept.Count > 0 || earlier?.Head.Id.Length > 0 ? earlier!.Head.Id : head.Id;
        Sweep(archive, directories, kept.Count, isOurs: earlier is not null, id);
        if (kept.Count > 0)
        {
            manifest.GoOn(kept.Count);
        }
        else
        {
            manifest.Begin(head with { Id = id });
        }

        return new ArchiveGround(kept, End: null, id);
    }

    /// <summary>Fragments that are complete and that the manifest does not name.</summary>
    private static int Unnamed(ArchiveName archive, Manifest manifest, IReadOnlyList<string> directories) => directories
        .Where(directory => directory == archive.Directory || SpillOwnership.IsProven(archive, manifest.Head.Id, directory))
        .Sum(directory => FragmentNames.In(archive with { Directory = directory }).Count(name => archive.NumberOf(name) >= manifest.Fragments.Count));

    private static bool IsThere(ArchiveName archive, Fragment fragment) =>
        FileStatus.Of(fragment.Path(archive)) is { IsRegular: true } status && status.Size == fragment.Size;

    /// <summary>
    /// Removes parts, and fragments that no manifest speaks of because the run was cut between the two. In the directory of the manifest a name
    /// proves that they are of this archive, elsewhere an <see cref="OwnerFile"/>.
    /// </summary>
    private static void Sweep(ArchiveName archive, IReadOnlyList<string> directories, int kept, bool isOurs, string id)
    {
        foreach (var directory in directories)
        {
            var there = archive with { Directory = directory };
            var isBeside = directory == archive.Directory;
            if (!isBeside && FileStatus.OfName(there.Manifest) is not null)
            {
                throw new Failure(ExitCode.Objects, $"{there.Path}: another archive of this name lies there");
            }

            var isProven = SpillOwnership.IsProven(archive, id, directory);
            foreach (var name in FragmentNames.In(there).Where(name => archive.NumberOf(name) is not { } number || number >= kept))
            {
                if (isProven || (isBeside && (isOurs || archive.IsPart(name))))
                {
                    Paths.Remove(Paths.Join(directory, name));
                    continue;
                }

                throw new Failure(
                    ExitCode.Objects,
                    $"{Paths.Join(directory, name)}: is there already, and no manifest speaks of it",
                    "choose another name, or remove the fragments first");
            }
        }
    }
}
