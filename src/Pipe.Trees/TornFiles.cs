using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// Files that changed while the sender read them: their pieces may be of different states. Such a copy is better than nothing, and
/// worse than whatever has the name already.
/// </summary>
/// <param name="note">Is told what became of each.</param>
internal sealed class TornFiles(Action<string> note)
{
    private readonly HashSet<string> _paths = [];

    public void Add(string path)
    {
        lock (_paths)
        {
            _paths.Add(path);
        }
    }

    /// <summary>Whether a complete file gives way to what has its name; then it is removed.</summary>
    public bool TryDrop(string path, Folder folder, string temporary, string name)
    {
        lock (_paths)
        {
            if (!_paths.Contains(path))
            {
                return false;
            }
        }

        if (folder.Status(name, follow: false) is null)
        {
            note($"{folder.NameOf(name)}: new, and copied from a file that changed: it may hold parts of several states");
            return false;
        }

        folder.Remove(temporary);
        note($"{folder.NameOf(name)}: stays as it was");
        return true;
    }
}
