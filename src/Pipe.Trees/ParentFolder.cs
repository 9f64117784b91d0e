using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The directory that the member at hand goes into. Members of a block mostly share one: it stays open for the next.</summary>
internal sealed class ParentFolder(TargetTree tree) : IDisposable
{
    private string? _path;
    private Folder? _folder;

    /// <summary>The directory of a path, made if it is not there, and the name in it.</summary>
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
