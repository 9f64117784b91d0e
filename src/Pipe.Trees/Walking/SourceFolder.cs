using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A directory that is being read. Reference-counted: closed when its last taker lets it go.</summary>
internal sealed class SourceFolder
{
    private readonly int _sourceLength;
    private int _takers = 1;

    /// <param name="folder">Owned by this object from here on.</param>
    /// <param name="path">The path below the top of the tree.</param>
    /// <param name="status">The status of the directory.</param>
    /// <param name="parent">The parent; null for the directory that contains the top of the tree. May be closed already.</param>
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

    /// <summary>The parent; null for the directory that contains a root. May be closed already.</summary>
    public SourceFolder? Parent { get; }

    /// <summary>Whether this directory contains itself, by way of symbolic links.</summary>
    public bool IsLoop
    {
        get
        {
            // The directory that contains the top is not part of the tree.
            for (var above = Parent; above is { Parent: not null }; above = above.Parent)
            {
                // The parent of "dir/." is dir itself.
                var isItself = Path.Length == 0 && above.Parent is null;
                if (!isItself && (above.Status.Device, above.Status.Inode) == (Status.Device, Status.Inode))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The path of a member without the name of its source.</summary>
    public ReadOnlySpan<char> BelowSource(string path) => path.AsSpan(_sourceLength).TrimStart('/');

    /// <summary>Whether the directory is on another file system than its parent, and the flags exclude that.</summary>
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
