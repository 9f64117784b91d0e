using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// The one file that takes the name of the target itself. It is complete, and waits for the end of the copy: a second source would show
/// that the target has to be a directory, and then what has the name stays.
/// </summary>
/// <param name="folder">Where it is; owned from here on.</param>
/// <param name="temporary">What it is called so far.</param>
/// <param name="name">What it is to be called.</param>
/// <param name="sameLock">Keeps the lock of a part until it has its name; owned from here on.</param>
internal sealed class LoneFile(Folder folder, string temporary, string name, Fd? sameLock)
{
    private bool _isDone;

    /// <param name="giveName">Puts the file of the first name in the place of the second.</param>
    public void Finish(Action<Folder, string, string> giveName)
    {
        giveName(folder, temporary, name);
        _isDone = true;
        sameLock?.Dispose();
    }

    /// <summary>Closes it. Without its name nothing of it is left, but what a later run may take up.</summary>
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
