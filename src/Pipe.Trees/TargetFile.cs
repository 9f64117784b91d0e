using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A large file that arrives in pieces, in any order and from several threads. It gets its name with the last piece.</summary>
internal sealed class TargetFile : IDisposable
{
    /// <summary>Size below which a partial file is not worth keeping.</summary>
    public const long WorthKeeping = 8 << 20;

    /// <summary>Parts of a file with gaps between them: more than blocks in flight can make.</summary>
    public const int MostGaps = 4096;

    private readonly AtomicFile _file;
    private readonly string _name;
    private readonly bool _isKept;
    private readonly bool _wasThere;
    private readonly List<(long Offset, long Span)> _waiting = [];
    private readonly Lock _gate = new();
    private readonly RangeLedger _pieces = new(MostGaps);
    private readonly long _size;
    private long _left;
    private int _users;
    private bool _isLeft;
    private bool _isDone;
    private bool _isHandedOver;
    private bool _isNew;
    private (FileStatus Before, FileStatus Mark)? _yielded;

    /// <param name="folder">The directory; owned by this object from here on.</param>
    /// <param name="name">The name.</param>
    /// <param name="size">The size of the whole file.</param>
    /// <param name="temporary">A unique temporary name.</param>
    /// <param name="resumes">Whether to resume a partial file of an earlier run.</param>
    /// <param name="isLike">Whether another arriving file may have the same name to the file system: then this one is not kept as a partial file.</param>
    public TargetFile(Folder folder, string name, long size, string temporary, bool resumes, bool isLike = false)
    {
        (_name, _size, _left) = (name, size, size);
        if (!isLike && size >= WorthKeeping && PartFile.Of(name) is var part && RawText.Encode(part).Length <= Limits.MaxName && PartFile.TryTake(folder, part, shownAs: name) is { } kept)
        {
            (_file, _isKept) = (new AtomicFile(folder, kept, part, isKept: true), true);
            _wasThere = resumes && FileStatus.Of(kept).Size > 0;
            if (!_wasThere)
            {
                kept.Truncate(0);
            }
        }
        else
        {
            _file = AtomicFile.Create(folder, temporary, Permissions.Ours, shownAs: folder.NameOf(name));
        }
    }

    public Fd Fd => _file.Fd;

    /// <summary>Whether every piece was already in the old file, which then stays.</summary>
    public bool IsAsItWas => !_wasThere && !_isNew;

    /// <summary>Keeps the file open until <see cref="Exit"/>; false if it was given up.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _users += _isLeft ? 0 : 1;
            return !_isLeft;
        }
    }

    public void Exit()
    {
        lock (_gate)
        {
            _users--;
            CloseIfUnused();
        }
    }

    /// <summary>Writes a piece in place; true if it was the last.</summary>
    public bool Write(scoped in TreeEntry piece)
    {
        Note(piece);
        switch (piece.Origin)
        {
            case PieceOrigin.There when !_wasThere:
                CopyFromOldOrWait(piece.Offset, piece.Span);
                break;
            case PieceOrigin.Sent:
                Begin();
                Fd.WriteAllAt(piece.Data, piece.Offset);
                break;
            case PieceOrigin.Hole:
                Begin();
                ZeroWhatWasThere(piece.Offset, piece.Span);
                break;
            default:
                break;
        }

        return Interlocked.Add(ref _left, -piece.Span) == 0;
    }

    /// <summary>Gives the complete file its name.</summary>
    /// <param name="tryGiveName">Names or removes the closed file. Returns false to do so later, and owns the file from then on.</param>
    public void Finish(Func<AtomicFile, bool> tryGiveName)
    {
        _file.Close();
        _isHandedOver = !tryGiveName(_file);
        _isDone = true;
    }

    /// <summary>The connection is lost: leaves the file to a later copy, unless <see cref="TryRetake"/> comes first.</summary>
    public void Yield()
    {
        lock (_gate)
        {
            if (!_isKept || _isLeft || _isDone || _yielded is not null)
            {
                return;
            }

            try
            {
                // A modification time that no program would set: a change shows that another process has written to the file.
                var before = FileStatus.Of(Fd);
                Fd.SetTime(Random.Shared.Next(), (uint)Random.Shared.Next(1_000_000_000));
                _yielded = (before, FileStatus.Of(Fd));
                Fd.Unlock();
            }
            catch (LinuxException)
            {
                // The lock stays with this copy.
            }
        }
    }

    /// <summary>Reclaims the file; false if another copy has resumed it.</summary>
    public bool TryRetake()
    {
        lock (_gate)
        {
            if (_yielded is not { } yielded)
            {
                return true;
            }

            if (!PartFile.TryLock(_file.Folder, _file.Temporary, Fd) || FileStatus.Of(Fd).HasChangedSince(yielded.Mark))
            {
                return false;
            }

            Fd.SetTime(yielded.Before.ModifiedSeconds, yielded.Before.ModifiedNanoseconds);
            _yielded = null;
            return true;
        }
    }

    /// <summary>Removes the file, or keeps it as a partial file for a later run. It is closed when the last thread leaves.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isLeft && !_isDone && !_isKept)
            {
                _file.Discard();
            }

            _isLeft = true;
            CloseIfUnused();
        }
    }

    /// <summary>Removes the file, which is useless.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            if (!_isLeft && !_isDone)
            {
                _file.Discard();
                _isDone = true;
            }
        }

        Dispose();
    }

    private void CloseIfUnused()
    {
        if (_isLeft && _users == 0 && !_isHandedOver)
        {
            _file.Dispose();
        }
    }

    /// <summary>Throws for an invalid piece: of another file, or present already.</summary>
    private void Note(scoped in TreeEntry piece)
    {
        lock (_gate)
        {
            if (piece.Size != _size)
            {
                ProtocolException.Throw($"tree: {RawText.Printable(_name)}: a file of {_size} bytes, and of {piece.Size}");
            }

            if (piece.Span > 0 && !_pieces.TryAdd(piece.Offset, piece.Span))
            {
                ProtocolException.Throw($"tree: {RawText.Printable(_name)}: the piece at {piece.Offset} came twice");
            }
        }
    }

    /// <summary>Called at the first difference from the old file: copies the identical parts seen so far.</summary>
    private void Begin()
    {
        lock (_waiting)
        {
            _isNew = true;
            foreach (var (offset, span) in _waiting)
            {
                CopyFromOld(offset, span);
            }

            _waiting.Clear();
        }
    }

    private void CopyFromOldOrWait(long offset, long span)
    {
        lock (_waiting)
        {
            if (_isNew)
            {
                CopyFromOld(offset, span);
            }
            else
            {
                _waiting.Add((offset, span));
            }
        }
    }

    /// <summary>Copies a range from the old file, keeping holes.</summary>
    private void CopyFromOld(long offset, long span)
    {
        using var old = _file.Folder.OpenMember(_name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var end = offset + span;
        if (FileStatus.Of(old).Size < end)
        {
            throw new LinuxException("copy_file_range", old.Name, Errno.Invalid);
        }

        for (var data = old.NextData(offset, end); data < end;)
        {
            var hole = old.NextHole(data, end);
            old.CopyTo(Fd, data, hole - data);
            data = hole < end ? old.NextData(hole, end) : end;
        }
    }

    /// <summary>Zeroes a range of earlier data; a new file is one hole.</summary>
    private void ZeroWhatWasThere(long offset, long length)
    {
        if (_wasThere)
        {
            Fd.Zero(offset, length);
        }
    }
}
