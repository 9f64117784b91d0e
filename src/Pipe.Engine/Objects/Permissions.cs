using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Decides for all programs who may read a file that was written, where no option asks for more. One that takes the place of another is
/// for the same users as that: see <see cref="ReplacedFile"/>. A new one gets those bits of its source that the default access control
/// list of its directory allows, or without such a list the umask.
/// </summary>
/// <remarks>Until then it is open to its owner alone: what is written may be for fewer users than the umask says.</remarks>
internal sealed class Permissions
{
    /// <summary>While it is written: rw-------.</summary>
    public const uint Ours = 0x180;

    /// <summary>Without set-user-ID, set-group-ID and sticky: nobody gets these unasked.</summary>
    public const uint Plain = 0x1FF;

    private readonly uint _umask = Paths.Umask();

    /// <summary>The permission bits of a new member of a directory.</summary>
    public uint OfNew(Fd directory, uint mode) => mode & Plain & (AccessList.DefaultOf(directory)?.Mode ?? ~_umask);

    /// <summary>Gives a file what it needs before it takes its name. Where the file system does not take it, what it has there is all there is.</summary>
    /// <param name="fd">The file, open to nobody else so far.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="name">What it is going to be called.</param>
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
