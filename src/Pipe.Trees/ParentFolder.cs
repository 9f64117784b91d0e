using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The parent directory of the current member. Most members of a block share one, so it stays open for the next.</summary>
internal sealed class ParentFolder(TargetTree tree) : IDisposable
{
    private string? _path;
    private Folder? _folder;

    /// <summary>Opens the directory of a path, creating it if necessary, and returns it with the member's name.</summary>
    public (Folder Folder, string Name) Of(string path)
    {
        var (directory, name) = TreePath.Split(path);
        if (_folder is null || _path != directory)
        {
            _folder?.Dispose();
            _folder = null;
            _folder = tree.Open(directory);
            Temporaries.Enter(_folder);
            _path = directory;
        }

        return (_folder, name);
    }

    public void Dispose() => _folder?.Dispose();
}
