using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>Finds files by the names of an archive's fragments and parts.</summary>
internal static class FragmentNames
{
    /// <summary>The files in the archive's directory; empty if it is not a directory.</summary>
    /// <exception cref="LinuxException">The directory cannot be read.</exception>
    public static List<string> In(ArchiveName archive)
    {
        var path = Paths.OrHere(archive.Directory);
        if (FileStatus.Of(path) is not { IsDirectory: true })
        {
            return [];
        }

        using var folder = Folder.Open(path);
        return [.. FolderReader.Names(folder).Where(name => archive.IsPart(name) || archive.NumberOf(name) is not null)];
    }
}
