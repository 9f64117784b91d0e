using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Decides whether a file that a manifest lists is a fragment of that very archive. A path in a manifest proves nothing: a copy of the manifest lists
/// the same files, and a damaged or hostile one any file. In the manifest's directory the name is the proof. In another directory it is the
/// <see cref="OwnerFile"/>; archives of an earlier version have none, and there the user must vouch for the directory, and each file must have the size
/// in the manifest.
/// </summary>
/// <param name="archive">The archive of the manifest.</param>
/// <param name="id">The id in the manifest's head; empty if there is none.</param>
/// <param name="vouched">Directories that the user vouches for.</param>
internal sealed class FragmentProof(ArchiveName archive, string id, IReadOnlyList<string> vouched)
{
    private readonly Dictionary<string, (bool ByName, string Fault)> _directories = [];

    /// <summary>Whether all files of these names in the directory belong to the archive, listed or not.</summary>
    public bool IsOwned(string directory) => Look(directory) is { ByName: true };

    /// <summary>Whether the manifest is in the same directory, by any path.</summary>
    public bool IsBeside(string directory) => directory.Length == 0 || IsSame(directory, archive.Directory);

    /// <summary>Why the file must stay; empty if it is a fragment of the archive.</summary>
    public string Fault(in Fragment fragment)
    {
        var (byName, fault) = Look(fragment.Directory);
        return fault.Length > 0 || byName || FileStatus.OfName(fragment.Path(archive)) is not { } status || (status.IsRegular && status.Size == fragment.Size)
            ? fault
            : "it does not have the size that the manifest says";
    }

    /// <exception cref="Failure">The manifest's directory has fragments of another archive with this name, so names prove nothing.</exception>
    public void CheckBeside()
    {
        if (OwnerFile.Read(archive) is { } owner && !owner.IsOf(archive, id))
        {
            throw new Failure(
                ExitCode.Objects,
                $"{archive.Path}: another archive of this name has fragments there{(owner.Manifest.Length > 0 ? $": {owner.Manifest}" : "")}",
                $"remove that archive first; if it no longer exists, remove {archive.Owner}");
        }
    }

    /// <summary>Removes the owner file of a directory without fragments. A file of that name that is not the archive's owner file stays.</summary>
    public void RemoveOwner(ArchiveName there)
    {
        if (OwnerFile.Read(there) is { } owner && owner.IsOf(archive, id))
        {
            Paths.Remove(there.Owner);
        }
    }

    private (bool ByName, string Fault) Look(string directory)
    {
        if (!_directories.TryGetValue(directory, out var found))
        {
            _directories[directory] = found = IsBeside(directory) ? (true, "") : LookElsewhere(archive with { Directory = directory });
        }

        return found;
    }

    private (bool ByName, string Fault) LookElsewhere(ArchiveName there)
    {
        if (FileStatus.Of(there.Directory) is not { IsDirectory: true })
        {
            return (false, "");
        }

        return OwnerFile.Read(there) is not { } owner ? (false, LookUnowned(there))
            : owner.IsOf(archive, id) ? (true, "")
            : (false, $"it is of {(owner.Manifest.Length > 0 ? owner.Manifest : "another archive")}, by {there.Owner}");
    }

    private string LookUnowned(ArchiveName there) =>
        FileStatus.OfName(there.Manifest) is not null ? $"the archive {there.Path} lies there"
        : vouched.Any(directory => IsSame(directory, there.Directory)) ? ""
        : $"nothing there says that it is of this archive; --next {there.Directory} says so";

    private static bool IsSame(string one, string other) =>
        FileStatus.Of(Paths.OrHere(one)) is { } status && FileStatus.Of(Paths.OrHere(other)) is { } second
        && (status.Device, status.Inode) == (second.Device, second.Inode);
}
