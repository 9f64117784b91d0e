using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// A file that another is about to replace. The new file takes over its owner and group, as far as permitted, the nine permission bits and the access
/// control list; nothing else is kept.
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

    /// <summary>Gives the new file the access rights of the old one. Where that is not possible, it gets fewer, never more.</summary>
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

    /// <summary>True if the new file has the old one's group.</summary>
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
            // The file keeps our group.
        }

        return FileStatus.Of(fd).Group == _status.Group;
    }

    /// <summary>The mode for a file that kept our group: our group was among the others of the old file, and the old group is now among the others.</summary>
    private static uint WithoutGroup(uint mode)
    {
        var (group, others) = ((mode & Group) >> 3, mode & Others);
        return (mode & ~(Group | Others)) | (others << 3) | (others & group);
    }
}
