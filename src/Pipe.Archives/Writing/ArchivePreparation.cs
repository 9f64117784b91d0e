using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The state of the place where an archive is to be written: empty, a complete archive, which is never changed, or the remains of an interrupted run,
/// which are resumed or removed.
/// </summary>
/// <param name="Kept">The fragments that stay.</param>
/// <param name="End">The end of a complete archive, which can only be confirmed.</param>
/// <param name="Id">The id in the manifest's head; empty if an earlier version began the archive.</param>
/// <param name="Found">Complete fragments that are not kept, by number, with their directories: they stay if the stream has their contents.</param>
internal sealed record ArchivePreparation(IReadOnlyList<Fragment> Kept, ManifestEnd? End, string Id, IReadOnlyDictionary<int, string> Found)
{
    private static readonly IReadOnlyDictionary<int, string> None = new Dictionary<int, string>();

    /// <summary>Prepares the manifest for the next fragment.</summary>
    /// <param name="archive">The archive to write.</param>
    /// <param name="manifest">Its manifest, locked by this process.</param>
    /// <param name="directories">The directories that may hold fragments.</param>
    /// <param name="head">The head of a new archive.</param>
    /// <param name="resumes">Whether to resume.</param>
    public static ArchivePreparation Prepare(
        ArchiveName archive, ManifestFile manifest, IReadOnlyList<string> directories, ManifestHead head, bool resumes)
    {
        var earlier = manifest.Earlier();
        if (earlier?.End is not null)
        {
            return resumes && earlier.Fragments.Count <= Limits.MaxKept && earlier.Fragments.All(fragment => IsThere(archive, fragment))
                ? new ArchivePreparation(earlier.Fragments, earlier.End, earlier.Head.Id, None)
                : throw new Failure(ExitCode.Objects, $"{archive.Path}: this archive already exists and is complete", "choose another name, or remove it first");
        }

        if (!resumes && earlier is not null && earlier.Fragments.Count + Unnamed(archive, earlier, directories) is > 0 and var there)
        {
            throw new Failure(
                ExitCode.Objects,
                $"{archive.Path}: an earlier run was interrupted, and {(there == 1 ? "a fragment of it is" : $"{there} fragments of it are")} there",
                $"{OptionWord.Resume} continues after them; to start over, remove them first");
        }

        IReadOnlyList<Fragment> kept = resumes && earlier is not null ? [.. earlier.Fragments.TakeWhile(fragment => IsThere(archive, fragment)).Take(Limits.MaxKept)] : [];
        var id = kept.Count > 0 || earlier?.Head.Id.Length > 0 ? earlier!.Head.Id : head.Id;
        var found = Find(archive, directories, kept.Count, earlier, id);
        if (kept.Count > 0)
        {
            manifest.GoOn(kept.Count);
        }
        else
        {
            manifest.Begin(head with { Id = id });
        }

        if (found.Count > 0)
        {
            manifest.Keep();
        }

        return new ArchivePreparation(kept, End: null, id, found);
    }

    /// <summary>Counts complete fragments that the manifest does not list.</summary>
    private static int Unnamed(ArchiveName archive, Manifest manifest, IReadOnlyList<string> directories) => directories
        .Where(directory => directory == archive.Directory || SpillOwnership.IsProven(archive, manifest.Head.Id, directory))
        .Sum(directory => FragmentNames.In(archive with { Directory = directory }).Count(name => archive.NumberOf(name) >= manifest.Fragments.Count));

    private static bool IsThere(ArchiveName archive, Fragment fragment) =>
        FileStatus.Of(fragment.Path(archive)) is { IsRegular: true } status && status.Size == fragment.Size;

    /// <summary>
    /// Finds fragments after those that are kept. In the manifest's directory the name proves that they belong to this archive, elsewhere an
    /// <see cref="OwnerFile"/>. Removes incomplete files: parts, and files whose size differs from the manifest.
    /// </summary>
    private static Dictionary<int, string> Find(ArchiveName archive, IReadOnlyList<string> directories, int kept, Manifest? earlier, string id)
    {
        var found = new Dictionary<int, string>();
        foreach (var directory in directories)
        {
            var there = archive with { Directory = directory };
            var isBeside = directory == archive.Directory;
            if (!isBeside && FileStatus.OfName(there.Manifest) is not null)
            {
                throw new Failure(ExitCode.Objects, $"{there.Path}: another archive of this name is there");
            }

            var isProven = SpillOwnership.IsProven(archive, id, directory);
            foreach (var name in FragmentNames.In(there).Where(name => archive.NumberOf(name) is not { } number || number >= kept))
            {
                var path = Paths.Join(directory, name);
                if (!isProven && !(isBeside && (earlier is not null || archive.IsPart(name))))
                {
                    throw new Failure(
                        ExitCode.Objects, $"{path}: already exists, and no manifest lists it", "choose another name, or remove the fragments first");
                }

                if (archive.NumberOf(name) is not { } number || IsBroken(archive, path, earlier, number))
                {
                    Paths.Remove(path);
                }
                else if (!found.TryAdd(number, directory))
                {
                    throw new Failure(ExitCode.Objects, $"{path}: exists in {Paths.OrHere(found[number])} too", "move one of them away");
                }
            }
        }

        return found;
    }

    /// <summary>Whether the size of a file differs from that of the fragment in the manifest. A fragment that is not listed must not be empty.</summary>
    private static bool IsBroken(ArchiveName archive, string path, Manifest? earlier, int number) => FileStatus.OfName(path) is { IsRegular: true } status
        && (status.Size == 0 || (earlier is not null && number < earlier.Fragments.Count && earlier.Fragments[number].Path(archive) == path && earlier.Fragments[number].Size != status.Size));
}
