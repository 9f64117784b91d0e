using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Takes an archive away. First it loses its closing line, durably: from there on it is no archive, and whenever the removal is cut, what is
/// left looks like one that was never complete, and can be removed again.
/// </summary>
internal static class Removal
{
    /// <exception cref="Failure">There is no such archive, somebody is writing it, or it cannot be removed.</exception>
    public static void Of(ArchiveName archive)
    {
        try
        {
            var manifest = Manifest.Read(archive);
            using var file = Fd.Open(archive.Manifest, OpenFlags.ReadWrite | OpenFlags.NoTerminal);
            if (!file.TryLock())
            {
                throw new Failure(ExitCode.Objects, $"{Paths.Join(archive.Directory, archive.Name)}: somebody is writing this archive");
            }

            file.Truncate(manifest.Body);
            file.Sync();
            RemoveFragments(archive, manifest);
            RemoveIfThere(archive.Index);
            RemoveIfThere(Paths.Join(archive.Directory, archive.IndexPart));
            Paths.Remove(archive.Manifest);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>
    /// The last first, so that what is left after a cut can go on; then parts, and the fragment that a cut run has named and not written
    /// down. Others of such names may be all that is left of an archive whose manifest is lost.
    /// </summary>
    private static void RemoveFragments(ArchiveName archive, Manifest manifest)
    {
        for (var i = manifest.Fragments.Count - 1; i >= 0; i--)
        {
            RemoveIfThere(manifest.Fragments[i].Path(archive));
        }

        foreach (var directory in manifest.Fragments.Select(fragment => fragment.Directory).Append("").Distinct())
        {
            Sweep(archive, directory.Length > 0 ? directory : archive.Directory, manifest.End is null ? manifest.Fragments.Count : 0);
        }
    }

    private static void Sweep(ArchiveName archive, string directory, int next)
    {
        if (FileStatus.Of(Paths.OrHere(directory)) is not { IsDirectory: true })
        {
            return;
        }

        using var folder = Folder.Open(Paths.OrHere(directory));
        using var names = new FolderReader(folder);
        while (names.TryNext(out var name, out _))
        {
            if (archive.IsPart(name) || (next > 0 && archive.NumberOf(name) == next))
            {
                folder.Remove(name);
            }
        }
    }

    private static void RemoveIfThere(string path)
    {
        try
        {
            Paths.Remove(path);
        }
        catch (LinuxException e) when (e.Errno == Errno.NoEntry)
        {
            // An earlier removal, which was cut, has come that far.
        }
    }
}
