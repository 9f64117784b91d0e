using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The stream that was made an archive, or a part of it: its fragments one after the other. Each is checked against the manifest when
/// its end has been read; of one that is only read in part the rest is read for that, too.
/// </summary>
internal sealed class ArchiveSource : IStreamSource
{
    private readonly Manifest _manifest;
    private readonly StreamDigest _digest = new();
    private readonly long _end;
    private byte[]? _rest;
    private Fd? _fd;
    private int _number;
    private long _position;
    private long _seen;
    private volatile bool _isOver;

    /// <param name="resource">Directories and name.</param>
    /// <param name="archiving">What of it is read.</param>
    public ArchiveSource(Resource resource, Archiving archiving)
    {
        _manifest = Manifest.ReadComplete(ArchiveName.Of(resource));
        var (start, length) = StretchOf(archiving);
        (_position, _end) = (start, start + length);
        Size = length;
        _number = FragmentAt(start);
    }

    public long Size { get; }

    public int Mode => Terms.NoMode;

    public int Read(Span<byte> buffer)
    {
        try
        {
            return _isOver || _position == _end ? 0 : ReadSome(buffer);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public bool HasMore() => _position < _end;

    public void Finish()
    {
        // Each fragment was checked when it was through.
    }

    public void Abort() => _isOver = true;

    public void Dispose() => _fd?.Dispose();

    private (long Start, long Length) StretchOf(Archiving archiving)
    {
        var fragments = _manifest.Fragments;
        if (archiving.First > Math.Max(1, fragments.Count))
        {
            throw new Failure(ExitCode.Objects, $"{_manifest.Archive.Name}: has {fragments.Count} fragments, there is none to begin with at {archiving.First}");
        }

        var start = archiving.First > 1 ? fragments[archiving.First - 1].Offset : archiving.Offset;
        var length = archiving.Length == Archiving.ToTheEnd ? _manifest.Size - start : archiving.Length;
        return start <= _manifest.Size && length <= _manifest.Size - start
            ? (start, length)
            : throw new Failure(ExitCode.Objects, $"{_manifest.Archive.Name}: has {_manifest.Size} bytes, not as many as {start + length}");
    }

    private int FragmentAt(long offset)
    {
        var (low, high) = (0, _manifest.Fragments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _manifest.Fragments[middle].End <= offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private int ReadSome(Span<byte> buffer)
    {
        var fragment = _manifest.Fragments[_number];
        var path = fragment.Path(_manifest.Archive);
        _fd ??= Open(fragment, path);
        var room = (int)Math.Min(buffer.Length, Math.Min(_end, fragment.End) - _position);
        var count = ReadChecked(buffer[..room], path);
        _position += count;
        if (_position == fragment.End || _position == _end)
        {
            SeeTo(fragment.Size, path);
            Check(fragment, path);
        }

        return count;
    }

    private Fd Open(in Fragment fragment, string path)
    {
        _fd = Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NoTerminal);
        if (FileStatus.Of(_fd).Size != fragment.Size)
        {
            throw new Failure(ExitCode.Integrity, $"{path}: has {FileStatus.Of(_fd).Size} bytes, and {fragment.Size} by the manifest");
        }

        _fd.AdviseSequential();
        _seen = 0;
        SeeTo(_position - fragment.Offset, path);
        return _fd;
    }

    /// <summary>Reads what nobody wants, for the digest.</summary>
    private void SeeTo(long offset, string path)
    {
        while (_seen < offset && !_isOver)
        {
            _rest ??= new byte[1 << 20];
            ReadChecked(_rest.AsSpan(0, (int)Math.Min(_rest.Length, offset - _seen)), path);
        }
    }

    private int ReadChecked(Span<byte> buffer, string path)
    {
        var count = _fd!.ReadAt(buffer, _seen);
        if (count < buffer.Length)
        {
            throw new Failure(ExitCode.Integrity, $"{path}: became shorter while it was read");
        }

        _digest.AddToStretch(buffer);
        _seen += count;
        return count;
    }

    private void Check(in Fragment fragment, string path)
    {
        _fd!.Dispose();
        _fd = null;
        if (!_isOver && _digest.TakeStretch() != fragment.XxHash)
        {
            throw new Failure(
                ExitCode.Integrity,
                $"{path}: is not what was stored, by its digest: bytes {fragment.Offset} to {fragment.End} of the stream cannot be trusted",
                "another copy of this fragment, if there is one, will do");
        }

        _number++;
    }
}
