using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>Finds files by the names of an archive's fragments and parts.</summary>
internal static class FragmentNames
{
    /// <summary>The files in the archive's directory; empty if it is not a directory.</summary>
    /// <exception cref="LinuxException">The directory cannot be read.</exception>
    public static List<string> In(ArchiveName archive)
    {
        var found = new List<string>();
        var path = Paths.OrHere(archive.Directory);
        if (FileStatus.Of(path) is { IsDirectory: true })
        {
            using var folder = Folder.Open(path);
            using var names = new FolderReader(folder);
            while (names.TryNext(out var name, out _))
            {
                if (archive.IsPart(name) || archive.NumberOf(name) is not null)
                {
                    found.Add(name);
                }
            }
        }

        return found;
    }
}
