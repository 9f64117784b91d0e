using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The owner files that a writer creates: one in each spill directory, before the first fragment gets its name there. Those in directories without
/// fragments are removed at the end.
/// </summary>
/// <param name="archive">The archive being written.</param>
/// <param name="id">The id in its manifest; empty for an archive begun by an earlier version, which gets no owner files.</param>
internal sealed class SpillOwnership(ArchiveName archive, string id) : IDisposable
{
    private readonly HashSet<string> _known = [];
    private readonly HashSet<string> _idle = [];

    /// <summary>Ensures that fragments in this directory belong to this archive.</summary>
    /// <exception cref="Failure">Another archive of this name uses the directory.</exception>
    /// <exception cref="LinuxException">The owner file cannot be created.</exception>
    public void Claim(string directory)
    {
        if (directory == archive.Directory || id.Length == 0 || _known.Contains(directory))
        {
            return;
        }

        var there = archive with { Directory = directory };
        if (OwnerFile.For(archive, id).TryWrite(there))
        {
            lock (_idle)
            {
                _idle.Add(directory);
            }
        }
        else if (OwnerFile.Read(there) is not { } owner)
        {
            throw new Failure(ExitCode.Objects, $"{there.Owner}: already exists and does not name an archive", "choose another name for the archive, or move that file");
        }
        else if (!owner.IsOf(archive, id))
        {
            throw Taken(there, owner);
        }

        _known.Add(directory);
    }

    /// <summary>Records that a fragment is about to get its name there. Any thread.</summary>
    public void Use(string directory)
    {
        lock (_idle)
        {
            _idle.Remove(directory);
        }
    }

    /// <summary>
    /// Called before anything is written: whether a directory may be used, and whether parts and fragments of this name there belong to this archive.
    /// </summary>
    /// <exception cref="Failure">They belong to another archive.</exception>
    public static bool IsProven(ArchiveName archive, string id, string directory)
    {
        var there = archive with { Directory = directory };
        if (OwnerFile.Read(there) is not { } owner)
        {
            return false;
        }

        if (owner.IsOf(archive, id))
        {
            return true;
        }

        return owner.MayBeThere() || FragmentNames.In(there).Count > 0 ? throw Taken(there, owner) : Forget(there);
    }

    public void Dispose()
    {
        foreach (var directory in _idle)
        {
            Paths.TryRemove((archive with { Directory = directory }).Owner);
        }
    }

    /// <summary>Removes the owner file of an archive that is gone together with its fragments.</summary>
    private static bool Forget(ArchiveName there)
    {
        Paths.Remove(there.Owner);
        return false;
    }

    private static Failure Taken(ArchiveName there, OwnerFile owner) => new(
        ExitCode.Objects,
        $"{there.Path}: another archive of this name has fragments there{(owner.Manifest.Length > 0 ? $": {owner.Manifest}" : "")}",
        $"choose another name; if that archive no longer exists, remove its fragments and {there.Owner}");
}
