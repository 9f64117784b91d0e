using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The parent directory of the current member. Most members of a block share one, so it stays open for the next.</summary>
internal sealed class ParentFolder(TargetTree tree) : IDisposable
{
    private string? _path;
    private Folder? _folder;
    private bool _isOpenForChange;

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
            _isOpenForChange = false;
        }

        return (_folder, name);
    }

    /// <summary>The same, to create, replace or remove the member.</summary>
    public (Folder Folder, string Name) ForChange(string path)
    {
        var (folder, name) = Of(path);
        if (!_isOpenForChange)
        {
            tree.OpenForChange(folder, _path!);
            _isOpenForChange = true;
        }

        return (folder, name);
    }

    public void Dispose() => _folder?.Dispose();
}
