using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>A large file that arrives in pieces, in any order and from many threads. It gets its name with the last of them.</summary>
internal sealed class TargetFile : IDisposable
{
    /// <summary>Below this nobody wants a half file back.</summary>
    private const long WorthKeeping = 8 << 20;

    private readonly Folder _folder;
    private readonly string _name;
    private readonly string _temporary;
    private readonly bool _isKept;
    private readonly bool _wasThere;
    private readonly Fd _fd;
    private readonly List<(long Offset, long Span)> _waiting = [];
    private readonly Lock _gate = new();
    private readonly RangeLedger _pieces = new();
    private readonly long _size;
    private long _left;
    private int _users;
    private bool _isLeft;
    private bool _isDone;
    private bool _isNew;
    private (FileStatus Before, FileStatus Mark)? _yielded;

    /// <param name="folder">Where it is to be; owned from here on.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="size">Of all of it.</param>
    /// <param name="temporary">A name that nothing else has.</param>
    /// <param name="resumes">Whether what an earlier run has left is taken up.</param>
    /// <param name="isLike">Whether another one arrives whose name may be the same to the file system: nothing is left of this one.</param>
    public TargetFile(Folder folder, string name, long size, string temporary, bool resumes, bool isLike = false)
    {
        (_folder, _name, _size, _left) = (folder, name, size, size);
        if (!isLike && size >= WorthKeeping && PartFile.Of(name) is var part && RawText.Encode(part).Length <= Limits.MaxName && PartFile.TryTake(folder, part, shownAs: name) is { } kept)
        {
            (_fd, _temporary, _isKept) = (kept, part, true);
            _wasThere = resumes && FileStatus.Of(kept).Size > 0;
            if (!_wasThere)
            {
                kept.Truncate(0);
            }
        }
        else
        {
            _temporary = temporary;
            _fd = folder.OpenMember(temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, Permissions.Ours, shownAs: name);
        }
    }

    public Fd Fd => _fd;

    /// <summary>Every piece was in the old file already: that is to stay.</summary>
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

    /// <summary>Puts a piece in its place; true if it was the last.</summary>
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
                _fd.WriteAllAt(piece.Data, piece.Offset);
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

    /// <summary>All of it is there: it takes its name.</summary>
    /// <param name="giveName">Puts the file of the first name in the place of the second. Whoever does that later keeps a duplicate of the last.</param>
    public void Finish(Action<Folder, string, string, Fd> giveName)
    {
        if (_isKept && _folder.Status(_temporary, follow: false)?.Inode != FileStatus.Of(_fd).Inode)
        {
            throw new LinuxException("rename", _folder.NameOf(_temporary), Errno.NoEntry);
        }

        // Its lock stays until it has its name: whoever takes it up before that takes it away.
        using var sameLock = _fd.Duplicate();
        _fd.Close();
        giveName(_folder, _temporary, _name, sameLock);
        _isDone = true;
    }

    /// <summary>Nobody is left who brings pieces: a later copy may take it up, unless <see cref="TryRetake"/> comes before.</summary>
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
                // A time that nobody has a reason to give it: it tells whether somebody has written into it.
                var before = FileStatus.Of(_fd);
                _fd.SetTime(Random.Shared.Next(), (uint)Random.Shared.Next(1_000_000_000));
                _yielded = (before, FileStatus.Of(_fd));
                _fd.Unlock();
            }
            catch (LinuxException)
            {
                // Then it stays ours.
            }
        }
    }

    /// <summary>Goes on with it; false if somebody else has taken it up.</summary>
    public bool TryRetake()
    {
        lock (_gate)
        {
            if (_yielded is not { } yielded)
            {
                return true;
            }

            if (!PartFile.TryLock(_folder, _temporary, _fd) || FileStatus.Of(_fd).HasChangedSince(yielded.Mark))
            {
                return false;
            }

            _fd.SetTime(yielded.Before.ModifiedSeconds, yielded.Before.ModifiedNanoseconds);
            _yielded = null;
            return true;
        }
    }

    /// <summary>Leaves nothing of it, or what a later run may take up. It is closed when the last who has entered is out.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isLeft && !_isDone && !_isKept)
            {
                Remove();
            }

            _isLeft = true;
            CloseIfUnused();
        }
    }

    /// <summary>It is of no use to anybody.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            if (!_isLeft && !_isDone)
            {
                Remove();
                _isDone = true;
            }
        }

        Dispose();
    }

    private void CloseIfUnused()
    {
        if (_isLeft && _users == 0)
        {
            _fd.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>Throws for a piece that cannot be: of another file, or here already.</summary>
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

    private void Remove()
    {
        try
        {
            _folder.Remove(_temporary);
        }
        catch (LinuxException)
        {
            // Its name says what it is.
        }
    }

    /// <summary>The file differs from the old one somewhere: what is the same in it is needed here.</summary>
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

    /// <summary>Holes stay holes.</summary>
    private void CopyFromOld(long offset, long span)
    {
        using var old = _folder.OpenMember(_name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var end = offset + span;
        if (FileStatus.Of(old).Size < end)
        {
            throw new LinuxException("copy_file_range", old.Name, Errno.Invalid);
        }

        for (var data = old.NextData(offset, end); data < end;)
        {
            var hole = old.NextHole(data, end);
            old.CopyTo(_fd, data, hole - data);
            data = hole < end ? old.NextData(hole, end) : end;
        }
    }

    /// <summary>A new file is one hole.</summary>
    private void ZeroWhatWasThere(long offset, long length)
    {
        if (_wasThere)
        {
            _fd.Zero(offset, length);
        }
    }
}
