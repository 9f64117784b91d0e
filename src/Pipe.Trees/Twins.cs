using System.Collections.Concurrent;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>Files of the source, each for itself, that are names of one file at the target: it cannot have the times and modes of both.</summary>
internal sealed class Twins
{
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), string> _first = new();

    /// <summary>Whether another file of the source has met the same file at the target before.</summary>
    public bool IsSecond(in FileStatus status, string path) => status.Links > 1 && _first.GetOrAdd((status.Device, status.Inode), path) != path;

    /// <summary>Gives the name a file of its own, with the same bytes; the caller closes it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">What loses its file.</param>
    /// <param name="temporary">A name that nothing else has.</param>
    /// <param name="old">Where the bytes are.</param>
    /// <param name="size">How many.</param>
    /// <param name="isForSameUsers">Whether the users of the old file may use it at once; else it is open to nobody else so far.</param>
    public static Fd Separate(Folder folder, string name, string temporary, Fd old, long size, bool isForSameUsers)
    {
        var fd = folder.OpenMember(temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, Permissions.Ours, shownAs: name);
        try
        {
            old.CopyTo(fd, 0, size);
            if (isForSameUsers)
            {
                ReplacedFile.In(folder, name)?.PassOn(fd);
            }

            folder.Rename(temporary, name);
            return fd;
        }
        catch
        {
            fd.Dispose();
            folder.TryRemove(temporary);
            throw;
        }
    }
}
