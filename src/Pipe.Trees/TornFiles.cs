using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>
/// Files that changed while the sender read them, so that their pieces may be from different states. Such a file is better than none, but must not
/// replace an existing one.
/// </summary>
/// <param name="note">Called with the outcome of each.</param>
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

    /// <summary>Removes a complete torn file if another file already has its name; true if it did.</summary>
    public bool TryDrop(string path, AtomicFile file, string name)
    {
        lock (_paths)
        {
            if (!_paths.Contains(path))
            {
                return false;
            }
        }

        var folder = file.Folder;
        if (folder.Status(name, follow: false) is null)
        {
            note($"{folder.NameOf(name)}: new, and copied from a file that changed: it may hold parts of several states");
            return false;
        }

        file.Discard();
        note($"{folder.NameOf(name)}: stays as it was");
        return true;
    }
}
