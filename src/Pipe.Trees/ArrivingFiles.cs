using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The files of which not all pieces have come, and those that were given up. Thread-safe.</summary>
/// <param name="resumes">Whether to resume partial files of an earlier run.</param>
/// <param name="nextTemporary">Makes a unique temporary name.</param>
internal sealed class ArrivingFiles(bool resumes, Func<string> nextTemporary)
{
    /// <summary>Files that may be open at the same time: each takes two descriptors, and the rest of the program needs some.</summary>
    private static readonly int MostOpen = Math.Clamp((ResourceLimits.OpenFiles - 128) / 2, 16, 10_000);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TargetFile?> _files = [];
    private readonly HashSet<string> _alike = new(StringComparer.OrdinalIgnoreCase);
    private readonly UnchangedFiles _unchanged = new();
    private int _open;
    private bool _isAborted;

    /// <summary>The file that pieces go to, created with the first; null for one that has failed before.</summary>
    /// <exception cref="Failure">Too many files are open.</exception>
    public TargetFile? Find(ParentFolder parent, string path, long size)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(path, out var file) && !_isAborted)
            {
                file = Begin(parent, path, size);
                _files.Add(path, file);
                _open++;
            }

            return file;
        }
    }

    /// <summary>Notes a piece that the old file has, as long as no other piece has come; false if pieces are to be written.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="path">The file.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="isWhole">Whether the old file has all pieces.</param>
    public bool TryWait(ParentFolder parent, string path, scoped in TreeEntry piece, out bool isWhole)
    {
        isWhole = false;
        var (folder, name) = parent.Of(path);
        lock (_lock)
        {
            if (_isAborted || _files.ContainsKey(path) || folder.Status(PartFile.Of(name), follow: false) is not null)
            {
                return false;
            }

            isWhole = _unchanged.Add(path, piece);
            return true;
        }
    }

    /// <summary>Ends a file that is complete.</summary>
    public void Remove(string path)
    {
        lock (_lock)
        {
            if (_files.Remove(path, out var file) && file is not null)
            {
                _open--;
                _alike.Remove(path);
            }
        }
    }

    /// <summary>Gives up a file that will not be completed.</summary>
    public void Spoil(string path)
    {
        lock (_lock)
        {
            if (_files.GetValueOrDefault(path) is { } file)
            {
                file.Drop();
                _open--;
            }

            // Its other pieces may still arrive.
            _unchanged.Take(path);
            _files[path] = null;
        }
    }

    /// <summary>Whether a path is the name of the partial copy of an arriving file.</summary>
    public bool HavePart(string path)
    {
        var (directory, name) = TreePath.Split(path);
        if (!PartFile.Is(name))
        {
            return false;
        }

        lock (_lock)
        {
            return _files.ContainsKey(TreePath.Join(directory, PartFile.WholeOf(name)));
        }
    }

    /// <exception cref="ProtocolException">Pieces are missing.</exception>
    public void CheckComplete()
    {
        lock (_lock)
        {
            if ((_files.FirstOrDefault(file => file.Value is not null).Key ?? _unchanged.Incomplete) is { } incomplete)
            {
                throw new ProtocolException($"tree: {RawText.Printable(incomplete)}: not all of its pieces came");
            }
        }
    }

    /// <summary>Leaves partial files to a later copy, unless <see cref="Retake"/> comes first.</summary>
    public void Yield()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values)
            {
                file?.Yield();
            }
        }
    }

    /// <exception cref="Failure">A later copy has taken a partial file.</exception>
    public void Retake()
    {
        lock (_lock)
        {
            if (_files.FirstOrDefault(file => file.Value?.TryRetake() == false).Key is { } taken)
            {
                throw new Failure(ExitCode.Objects, $"{taken}: another transfer resumed this partial file while the connection was down");
            }
        }
    }

    /// <summary>Removes incomplete files, except partial files that a later run can resume.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _isAborted = true;
            foreach (var file in _files.Values)
            {
                file?.Dispose();
            }

            _files.Clear();
            _unchanged.Clear();
        }
    }

    private TargetFile Begin(ParentFolder parent, string path, long size)
    {
        if (_open >= MostOpen)
        {
            throw new Failure(ExitCode.Objects, $"{RawText.Printable(path)}: pieces of {MostOpen} files have arrived, and no file is complete", "ulimit -n sets how many may be open");
        }

        var (folder, name) = parent.ForChange(path);
        var own = folder.Beneath("");
        try
        {
            var file = new TargetFile(own, name, size, nextTemporary(), resumes, isLike: !_alike.Add(path));
            foreach (var (start, end) in _unchanged.Take(path))
            {
                file.Write(new TreeEntry { Kind = EntryKind.File, Origin = PieceOrigin.There, Size = size, Offset = start, Span = end - start });
            }

            return file;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }
}
