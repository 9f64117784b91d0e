using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A directory that is being read. It stays open as long as somebody who took it has not let it go.</summary>
internal sealed class SourceFolder
{
    private readonly int _sourceLength;
    private int _takers = 1;

    /// <param name="folder">Owned from here on.</param>
    /// <param name="path">Below the top of the tree.</param>
    /// <param name="status">Of the directory.</param>
    /// <param name="parent">Null for what the top of the tree lies in; may be closed already.</param>
    public SourceFolder(Folder folder, string path, FileStatus status, SourceFolder? parent)
    {
        Folder = folder;
        Path = path;
        Status = status;
        Parent = parent;
        _sourceLength = parent is { Parent: not null } ? parent._sourceLength : path.Length;
    }

    public Folder Folder { get; }

    public string Path { get; }

    public FileStatus Status { get; }

    /// <summary>Null for the one that a name at the top is in. It may be closed already.</summary>
    public SourceFolder? Parent { get; }

    /// <summary>Whether this directory lies in itself, by way of symbolic links.</summary>
    public bool IsLoop
    {
        get
        {
            // What the top of the tree lies in is no part of it.
            for (var above = Parent; above is { Parent: not null }; above = above.Parent)
            {
                // What "dir/." is in is dir.
                var isItself = Path.Length == 0 && above.Parent is null;
                if (!isItself && (above.Status.Device, above.Status.Inode) == (Status.Device, Status.Inode))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The path of a member without what the source it belongs to is called.</summary>
    public ReadOnlySpan<char> BelowSource(string path) => path.AsSpan(_sourceLength).TrimStart('/');

    /// <summary>Whether it is on another file system than the one it is in, and that is to be left out.</summary>
    public bool IsElsewhere(TreeFlags flags) =>
        flags.HasFlag(TreeFlags.OneFileSystem) && Parent is { Parent: not null } above && above.Status.Device != Status.Device;

    public SourceFolder Take()
    {
        Interlocked.Increment(ref _takers);
        return this;
    }

    public void LetGo()
    {
        if (Interlocked.Decrement(ref _takers) == 0)
        {
            Folder.Dispose();
        }
    }
}
