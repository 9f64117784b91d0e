using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Reads an archive, or a range of it, as the original stream. Each fragment is checked against the manifest at its end, for which a fragment needed
/// only in part is read completely. A whole stream is also checked as a whole.
/// </summary>
internal sealed class ArchiveSource : IStreamSource
{
    private readonly Manifest _manifest;
    private readonly StreamDigest _digest = new();
    private readonly long _end;
    private readonly int _first;
    private readonly bool _isStub;
    private readonly bool _isWhole;
    private readonly RecallAhead? _recall;
    private byte[]? _rest;
    private Fd? _fd;
    private int _number;
    private long _position;
    private long _seen;
    private volatile bool _isOver;

    /// <param name="resource">The directories and the name.</param>
    /// <param name="archiving">The range or member to read.</param>
    /// <param name="patienceSeconds">The longest wait for tape without progress; 0 for no limit.</param>
    /// <param name="waiting">Called with the reason for a wait.</param>
    public ArchiveSource(Resource resource, Archiving archiving, int patienceSeconds, Action<string> waiting)
    {
        _manifest = Manifest.ReadComplete(ArchiveName.Of(resource));
        var (start, length) = StretchOf(archiving);
        (_position, _end) = (start, start + length);
        Size = length;
        _isWhole = start == 0 && length == _manifest.Size;
        _number = _first = FragmentAt(start);
        _isStub = _first == 0 && _manifest.Head.Stub > 0;
        var wanted = length > 0 ? _manifest.Fragments.Skip(_first).TakeWhile(fragment => fragment.Offset < _end) : [];
        _recall = ArchiveRecall.Of(_manifest.Archive, wanted, archiving, patienceSeconds, waiting);
    }

    public long Size { get; }

    /// <summary>The filters that produced the stream, separated by NULs.</summary>
    public string Filters => string.Join('\0', _manifest.Head.Filters);

    public int Mode => Terms.NoMode;

    public int Read(Span<byte> buffer)
    {
        try
        {
            return _isOver || _position == _end ? 0 : ReadSome(buffer);
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    public bool HasMore() => _position < _end;

    public void Finish()
    {
        // Each fragment was checked at its end, and the whole stream with the last one.
    }

    public void Abort()
    {
        _isOver = true;
        _recall?.Abort();
    }

    public void Dispose()
    {
        _fd?.Dispose();
        _recall?.Dispose();
    }

    private (long Start, long Length) StretchOf(Archiving archiving)
    {
        if (archiving.Member.Length > 0)
        {
            return MemberStretch(archiving.Member);
        }

        var fragments = _manifest.Fragments;
        if (archiving.First > Math.Max(1, fragments.Count))
        {
            throw new Failure(ExitCode.Objects, $"{_manifest.Archive.Name}: has {fragments.Count} fragments and cannot start at fragment {archiving.First}");
        }

        var start = archiving.First > 1 ? fragments[archiving.First - 1].Offset : archiving.Offset;
        var length = archiving.Length == Archiving.ToTheEnd ? _manifest.Size - start : archiving.Length;
        return start > _manifest.Size
            ? throw new Failure(ExitCode.Objects, $"{_manifest.Archive.Name}: has {_manifest.Size} bytes, none at {start}")
            : length > _manifest.Size - start ? throw new Failure(ExitCode.Objects, $"{_manifest.Archive.Name}: has {_manifest.Size} bytes, not as many as {start + length}")
            : (start, length);
    }

    /// <summary>The range of a member's content in the tar or cpio stream.</summary>
    private (long Start, long Length) MemberStretch(string path)
    {
        var member = new StoredIndex(_manifest).Open().Find(path);
        if (member.Stored != member.Real)
        {
            throw new Failure(
                ExitCode.Objects,
                $"{RawText.Printable(path)}: is a sparse file, of which the archive has only the data",
                $"{OptionWord.Range} {member.Offset}-{member.Offset + member.Length - 1} gives the part of the archive that tar unpacks");
        }

        return member.Data <= _manifest.Size && member.Stored <= _manifest.Size - member.Data
            ? (member.Data, member.Stored)
            : throw new Failure(ExitCode.Integrity, $"{_manifest.Archive.Index}: lists bytes after the end of the archive");
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
            ReadUpTo(fragment.Size, path);
            Check(fragment, path);
            CheckWhole();
        }

        return count;
    }

    private Fd Open(in Fragment fragment, string path)
    {
        if (StoredFile.StatusOf(path).Size is var size && size != fragment.Size)
        {
            throw new Failure(ExitCode.Integrity, $"{path}: has {size} bytes, and {fragment.Size} by the manifest");
        }

        _recall?.Await(_number - _first);
        _fd = StoredFile.Open(path);
        _fd.AdviseSequential();
        _seen = 0;
        ReadUpTo(_position - fragment.Offset, path);
        return _fd;
    }

    /// <summary>Reads bytes outside the range, which only the digest needs.</summary>
    private void ReadUpTo(long offset, string path)
    {
        while (_seen < offset && !_isOver)
        {
            _rest ??= new byte[1 << 20];
            ReadChecked(_rest.AsSpan(0, (int)Math.Min(_rest.Length, offset - _seen)), path);
        }
    }

    private int ReadChecked(Span<byte> buffer, string path)
    {
        var count = Read(buffer, path);
        if (count < buffer.Length)
        {
            throw new Failure(ExitCode.Integrity, $"{path}: became shorter while it was read");
        }

        _digest.AddToStretch(buffer);
        if (_isWhole)
        {
            _digest.Add(buffer);
        }

        _seen += count;
        return count;
    }

    /// <summary>Reads at the current offset; without recall, some systems report a file on tape as unreadable.</summary>
    private int Read(Span<byte> buffer, string path)
    {
        try
        {
            return _fd!.ReadAt(buffer, _seen);
        }
        catch (LinuxException e) when (MayBeOnTape())
        {
            throw StoredFile.OnTape(path, LinuxException.Describe(e.Errno));
        }
    }

    private bool MayBeOnTape() => StoredFile.MayBeOnTape(FileStatus.Of(_fd!));

    private void Check(in Fragment fragment, string path)
    {
        if (!_isOver && _digest.TakeStretch() != fragment.XxHash)
        {
            throw MayBeOnTape()
                ? StoredFile.OnTape(path, "the data read differ from those stored")
                : new Failure(
                    ExitCode.Integrity,
                    $"{path}: differs from the stored data, by its digest: bytes {fragment.Offset}-{fragment.End - 1} of the stream cannot be trusted",
                    "another copy of this fragment, if there is one, will do");
        }

        _fd!.Dispose();
        _fd = null;
        if (!(_isStub && _number == 0))
        {
            _recall?.Done(_number - _first);
        }

        _number++;
    }

    private void CheckWhole()
    {
        if (_isWhole && !_isOver && _position == _end && _digest.Whole != _manifest.End!.Stream)
        {
            throw new Failure(ExitCode.Integrity, $"{_manifest.Archive.Path}: is not the stream that was stored, by its digest, although each fragment matches the manifest");
        }
    }
}
