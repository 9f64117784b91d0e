using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Decides for all programs who may read a written file, where no option says otherwise. A file that replaces another gets its owner, group and
/// permissions: see <see cref="ReplacedFile"/>. A new file gets the permission bits of its source that the default access control list of its directory
/// allows, or without such a list the umask.
/// </summary>
/// <remarks>Until then only its owner has access: the contents may be meant for fewer users than the umask allows.</remarks>
internal sealed class Permissions
{
    /// <summary>Permission bits while the file is written: rw-------.</summary>
    public const uint Ours = 0x180;

    /// <summary>All rights of the owner alone, for a directory while it is filled: rwx------.</summary>
    public const uint OwnersAll = 0x1C0;

    /// <summary>Permission bits of a new file that has no source to take them from, before the umask: rw-rw-rw-.</summary>
    public const uint Default = 0x1B6;

    /// <summary>Mask without set-user-ID, set-group-ID and sticky, which are set only on request.</summary>
    public const uint Plain = 0x1FF;

    private readonly uint _umask = Paths.Umask();

    /// <summary>The permission bits of a new member of a directory.</summary>
    public uint OfNew(Fd directory, uint mode) => mode & Plain & (AccessList.DefaultOf(directory)?.Mode ?? ~_umask);

    /// <summary>Sets the permissions of a file before it takes its name. A refusal by the file system is ignored: then the file keeps what it has.</summary>
    /// <param name="fd">The file, so far accessible only to its owner.</param>
    /// <param name="folder">Its directory.</param>
    /// <param name="name">Its future name.</param>
    /// <param name="mode">Permission bits of its source.</param>
    public void Settle(Fd fd, Folder folder, string name, uint mode)
    {
        if (ReplacedFile.In(folder, name) is { } replaced)
        {
            replaced.PassOn(fd);
        }
        else
        {
            fd.TryChangeMode(OfNew(folder.Fd, mode));
        }
    }
}
