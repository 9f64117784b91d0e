using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// The single file that is to take the target's own name. It is complete and waits for the end of the copy: a second source would show that the target
/// must be a directory, and then the existing file stays.
/// </summary>
/// <param name="folder">The directory; owned by this object from here on.</param>
/// <param name="temporary">The present name.</param>
/// <param name="name">The final name.</param>
/// <param name="sameLock">Holds the lock of a partial file until the file has its name; owned by this object from here on.</param>
internal sealed class SingleFile(Folder folder, string temporary, string name, Fd? sameLock)
{
    private bool _isDone;

    /// <param name="giveName">Renames the file from the first name to the second, replacing it.</param>
    public void Finish(Action<Folder, string, string> giveName)
    {
        giveName(folder, temporary, name);
        _isDone = true;
        sameLock?.Dispose();
    }

    /// <summary>Closes the file. Unless it has its name, it is removed, or kept as a partial file for a later run to resume.</summary>
    public void Drop()
    {
        if (!_isDone && !PartFile.Is(temporary))
        {
            folder.TryRemove(temporary);
        }

        sameLock?.Dispose();
        folder.Dispose();
    }
}
