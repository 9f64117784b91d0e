using System.Collections.Concurrent;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Files of the source, each for itself, that are names of one file at the target: it cannot have the times and modes of both.</summary>
internal sealed class Twins
{
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), string> _first = new();

    /// <summary>Whether another file of the source has met the same file at the target before.</summary>
    public bool IsSecond(in FileStatus status, string path) => status.Links > 1 && _first.GetOrAdd((status.Device, status.Inode), path) != path;

    /// <summary>Gives the name a file of its own, with the same bytes, which is ours alone so far; the caller closes it.</summary>
    public static Fd Separate(Folder folder, string name, string temporary, Fd old, long size)
    {
        const uint ours = 0x180; // rw-------
        var fd = folder.OpenMember(temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, ours, shownAs: name);
        try
        {
            old.CopyTo(fd, 0, size);
            folder.Rename(temporary, name);
            return fd;
        }
        catch
        {
            fd.Dispose();
            folder.Remove(temporary);
            throw;
        }
    }
}
