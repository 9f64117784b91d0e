using System.Collections.Concurrent;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>Separate files of the source whose names are one file at the target, which cannot have the times and modes of both.</summary>
internal sealed class SharedInodes
{
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), string> _first = new();

    /// <summary>Whether another file of the source has already claimed the target's file.</summary>
    public bool IsSecond(in FileStatus status, string path) => status.Links > 1 && _first.GetOrAdd((status.Device, status.Inode), path) != path;

    /// <summary>Creates a file of its own with the same bytes, for the caller to commit under the name.</summary>
    /// <param name="folder">The directory; owned by the caller.</param>
    /// <param name="name">The name to separate.</param>
    /// <param name="temporary">A unique temporary name.</param>
    /// <param name="old">The file with the bytes.</param>
    /// <param name="size">Number of bytes.</param>
    /// <param name="isForSameUsers">Whether the users of the old file get access at once; otherwise the new file is private so far.</param>
    public static AtomicFile Separate(Folder folder, string name, string temporary, Fd old, long size, bool isForSameUsers)
    {
        var file = AtomicFile.Create(folder, temporary, Permissions.Ours, shownAs: folder.NameOf(name), ownsFolder: false);
        try
        {
            old.CopyTo(file.Fd, 0, size);
            if (isForSameUsers)
            {
                ReplacedFile.In(folder, name)?.PassOn(file.Fd);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
