using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// A file whose name another one is about to take. The other one takes over owner and group, as far as we may give them, the nine
/// permission bits and the access control list; nothing else of it is kept.
/// </summary>
internal sealed class ReplacedFile
{
    private const uint Group = 0x38;
    private const uint Others = 0x7;
    private readonly FileStatus _status;
    private readonly AccessList? _list;

    private ReplacedFile(FileStatus status, AccessList? list) => (_status, _list) = (status, list);

    /// <summary>Null if no regular file has that name; a symbolic link is not followed.</summary>
    public static ReplacedFile? In(Folder folder, string name)
    {
        if (folder.Status(name, follow: false) is not { IsRegular: true })
        {
            return null;
        }

        using var node = folder.OpenNode(name);
        return FileStatus.Of(node) is { IsRegular: true } status ? new ReplacedFile(status, AccessList.Of(node)) : null;
    }

    /// <summary>Makes a file what the old one is to its users. Where that cannot be done it is open to fewer, never to more.</summary>
    public void PassOn(Fd fd)
    {
        var hasGroup = TryGiveAway(fd);
        var (list, mode) = (_list, _status.Permissions & Permissions.Plain);
        if (!hasGroup)
        {
            (list, mode) = (_list?.WithoutGroup(), WithoutGroup(mode));
        }

        if (list is null)
        {
            AccessList.Remove(fd);
        }
        else
        {
            mode = list.TryPut(fd) ? list.Mode : list.ModeWithout;
        }

        fd.TryChangeMode(mode);
    }

    /// <summary>True if it has the group of the old one.</summary>
    private bool TryGiveAway(Fd fd)
    {
        var own = FileStatus.Of(fd);
        if ((own.Owner, own.Group) == (_status.Owner, _status.Group))
        {
            return true;
        }

        try
        {
            fd.SetOwner(_status.Owner, _status.Group);
        }
        catch (LinuxException)
        {
            // It stays ours.
        }

        return FileStatus.Of(fd).Group == _status.Group;
    }

    /// <summary>Our group was among the others of the old file, and its group is among the others of ours.</summary>
    private static uint WithoutGroup(uint mode)
    {
        var (group, others) = ((mode & Group) >> 3, mode & Others);
        return (mode & ~(Group | Others)) | (others << 3) | (others & group);
    }
}
