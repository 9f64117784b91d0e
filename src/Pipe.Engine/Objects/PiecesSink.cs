using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Writes a stream into the new files PATH_0, PATH_1 and so on. They have hidden names until all of them are complete and synced; the first
/// one gets its name last.
/// </summary>
internal sealed class PiecesSink : ISink
{
    private const uint Mode = 0x1A4; // rw-r--r--, as dolly's

    private readonly string _path;
    private readonly long _size;
    private readonly List<AtomicFile> _files = [];
    private readonly Lock _lock = new();
    private Fd? _fd;
    private long _position;
    private bool _isOver;

    /// <param name="path">The path without the number.</param>
    /// <param name="size">Bytes of a file.</param>
    /// <exception cref="Failure">The first file exists.</exception>
    public PiecesSink(string path, long size)
    {
        (_path, _size) = (path, size);
        Try(() => CheckNew(0));
    }

    public bool IsOrdered => true;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            while (bytes.Length > 0)
            {
                var part = (int)Math.Min(bytes.Length, _size - (_position % _size));
                Current().WriteAll(bytes[..part]);
                _position += part;
                bytes = bytes[part..];
                if (_position % _size == 0)
                {
                    Complete();
                }
            }
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Commit(long size) => Try(() =>
    {
        if (_position == 0)
        {
            Current();
        }

        Complete();
        lock (_lock)
        {
            if (_isOver)
            {
                throw new Failure(ExitCode.Interrupted, $"{_path}: given up before it was complete");
            }

            Name();
            _isOver = true;
        }

        _files[0].KeepName();
    });

    public void Abort()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _isOver = true;
                _files.ForEach(static file => file.Abandon());
            }
        }
    }

    public void Dispose()
    {
        Abort();
        _files.ForEach(static file => file.Dispose());
    }

    private Fd Current()
    {
        if (_fd is not null)
        {
            return _fd;
        }

        CheckNew(_files.Count);
        lock (_lock)
        {
            if (_isOver)
            {
                throw new Failure(ExitCode.Interrupted, $"{_path}: given up before it was complete");
            }

            var name = NameOf(_files.Count);
            var file = AtomicFile.Create(Folder.Of(name), $".{Paths.NameOf(name)}.pipe-{Convert.ToHexStringLower(Entropy.Bytes(6))}", Mode, shownAs: name);
            _files.Add(file);
            _fd = file.Fd;
            return _fd;
        }
    }

    private void Complete()
    {
        _fd?.Sync();
        _fd?.Close();
        _fd = null;
    }

    private void Name()
    {
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (!_files[i].TryRename(Paths.NameOf(NameOf(i))))
            {
                throw Exists(NameOf(i));
            }
        }
    }

    private void CheckNew(int number)
    {
        if (FileStatus.OfName(NameOf(number)) is not null)
        {
            throw Exists(NameOf(number));
        }
    }

    private string NameOf(int number) => PiecesSource.NameOf(_path, number);

    private static Failure Exists(string name) => new(ExitCode.Objects, $"{name}: exists already", "files of a split target are never replaced: remove them first");

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }
}
