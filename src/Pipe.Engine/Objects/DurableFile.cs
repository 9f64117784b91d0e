using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file that is written front to back and of which nothing is lost when its disk is full, whichever call says so. What is not
/// known to be durable is kept, and written again from the last durable byte on: after a failed sync the system has forgotten
/// what it could not write. One thread writes, one syncs and finishes, one may look at the bytes on their way.
/// </summary>
internal sealed class DurableFile : IDisposable
{
    private const long ReserveStep = 64 << 20;

    /// <summary>With more than that free nothing is reserved: it takes time, and the disk will not be full soon.</summary>
    private const long Roomy = 16 * ReserveStep;
    private readonly object _gate = new();

    /// <summary>Held while a piece goes into the file and is counted. Inside of <see cref="_syncing"/> where both are.</summary>
    private readonly Lock _storing = new();
    private readonly Lock _syncing = new();
    private readonly string _directory;
    private readonly string _temporary;
    private readonly string _shownAs;
    private readonly RetainedBytes _retained;
    private readonly Patience _patience;
    private readonly bool _isInspected;
    private Fd _fd;
    private long _written;
    private long _inspected;
    private long _durable;
    private long _reserved;
    private bool _canReserve = true;
    private bool _isSuspect;
    private bool _isClosed;
    private bool _isSealed;
    private bool _isAbandoned;
    private bool _isNamed;

    /// <param name="directory">Where it is made; empty for the working directory.</param>
    /// <param name="temporary">Its name there until it is named; nothing else has it.</param>
    /// <param name="retained">Memory for it alone, until it is finished.</param>
    /// <param name="patience">What to do when the disk is full.</param>
    /// <param name="isInspected">Whether somebody looks at the bytes: they are kept until he has.</param>
    /// <param name="mode">Permission bits while it is written, less those of the umask.</param>
    /// <param name="shownAs">What messages call it, if it is not known by that name.</param>
    public DurableFile(string directory, string temporary, RetainedBytes retained, Patience patience, bool isInspected, uint mode, string? shownAs = null)
    {
        (_directory, _retained, _patience, _isInspected) = (directory, retained, patience, isInspected);
        _temporary = Paths.Join(directory, temporary);
        _shownAs = shownAs ?? _temporary;
        _fd = null!;
        patience.Persist(directory, () => _fd = Fd.Open(_temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode, _shownAs));
    }

    /// <summary>Bytes that would be worth a sync.</summary>
    private int WorthSyncing => _retained.Capacity / 2;

    public long Written => Interlocked.Read(ref _written);

    public RetainedBytes Retained => _retained;

    /// <summary>How large it may become: room is asked for ahead, up to there.</summary>
    public long Expected { get; init; } = long.MaxValue;

    /// <summary>Whether to give up here when the disk is full, for there is room elsewhere.</summary>
    public Func<bool> HasElsewhere { get; set; } = () => false;

    /// <summary>Changes what is known of it beside its bytes, before it is finished.</summary>
    public void Change(Action<Fd> change) => change(_fd);

    /// <summary>Writes, and waits as long as it has to. Returns how much of it: all, unless there is room elsewhere.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var piece = _retained.At(_written, Math.Min(AwaitRoom(), bytes.Length - done));
            bytes.Slice(done, piece.Length).CopyTo(piece);
            if (!TryStore(piece))
            {
                return done;
            }

            done += piece.Length;
        }

        return bytes.Length;
    }

    /// <summary>Nothing more will be written.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for bytes that nobody has looked at; empty if there will be no more.</summary>
    public ReadOnlySpan<byte> AwaitUninspected(int most)
    {
        lock (_gate)
        {
            while (!_isAbandoned && !_isSealed && _written == _inspected)
            {
                Monitor.Wait(_gate);
            }

            return _isAbandoned ? default : _retained.At(_inspected, Math.Min(most, _written - _inspected));
        }
    }

    public void Inspected(int count)
    {
        lock (_gate)
        {
            _inspected += count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Makes durable what is written, time and again, until it is sealed and inspected; false if it was abandoned.</summary>
    public bool KeepDurable()
    {
        while (true)
        {
            long written;
            lock (_gate)
            {
                while (!_isAbandoned && !IsComplete && (_isSealed || _written - _durable < WorthSyncing))
                {
                    Monitor.Wait(_gate);
                }

                if (_isAbandoned || IsComplete)
                {
                    return !_isAbandoned;
                }

                written = _written;
            }

            _patience.Persist(_directory, () => SyncTo(written, isSuspect: false));
        }
    }

    /// <summary>All of it is durable and closed without a fault.</summary>
    public void Finish() => _patience.Persist(_directory, FinishOnce);

    /// <summary>Gives it its name, which is durable after <see cref="KeepName"/>.</summary>
    /// <param name="path">What it is called from here on.</param>
    /// <param name="replaces">Whether what has that name goes; otherwise nothing may have it.</param>
    public void Name(string path, bool replaces) => _patience.Persist(_directory, () =>
    {
        if (replaces)
        {
            Paths.Rename(_temporary, path);
        }
        else if (!Paths.TryRename(_temporary, path))
        {
            throw new LinuxException("rename", path, Errno.Exists);
        }

        _isNamed = true;
    });

    public void KeepName() => _patience.Persist(_directory, () => Paths.KeepName(_temporary));

    /// <summary>Ends all waiting for it; what is not named goes. Any thread, any time.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        Abandon();
        _fd.Dispose();
        if (!_isNamed)
        {
            Paths.TryRemove(_temporary); // if it stays the next run sweeps
        }
    }

    private bool IsComplete => _isSealed && (!_isInspected || _inspected == _written);

    private long AwaitRoom()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isAbandoned)
                {
                    throw new Failure(ExitCode.Interrupted, $"{_shownAs}: given up before it was complete");
                }

                var kept = _written - (_isInspected ? Math.Min(_durable, _inspected) : _durable);
                if (kept < _retained.Capacity)
                {
                    return _retained.Capacity - kept;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>False if the disk is full and there is room elsewhere.</summary>
    private bool TryStore(ReadOnlySpan<byte> piece)
    {
        try
        {
            lock (_storing)
            {
                Reserve(_written + piece.Length);
                _fd.WriteAllAt(piece, _written);
                Stored(_written + piece.Length);
            }

            return true;
        }
        catch (LinuxException e) when (e.IsNoSpace)
        {
            return !HasElsewhere() && StoreInTheEnd(_written + piece.Length);
        }
    }

    private void Stored(long end)
    {
        lock (_gate)
        {
            _written = end;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>First the piece at hand: as long as there is no room for that, the rest need not be written time and again.</summary>
    private bool StoreInTheEnd(long end)
    {
        _patience.Persist(_directory, () =>
        {
            Write(_written, end);
            SyncTo(end, isSuspect: true);
        });
        Stored(end);
        return true;
    }

    /// <summary>A full disk shows best before a byte is taken. If there is no room for a whole step there may be for the bytes at hand.</summary>
    private void Reserve(long end)
    {
        if (!_canReserve || end <= _reserved || Expected == long.MaxValue)
        {
            return;
        }

        var wanted = Math.Min(Expected, end + ReserveStep);
        if (_fd.FreeBytes() > Roomy)
        {
            _reserved = wanted;
            return;
        }

        try
        {
            _canReserve = _fd.TryReserve(_reserved, wanted - _reserved);
            _reserved = wanted;
        }
        catch (LinuxException e) when (e.IsNoSpace)
        {
            _canReserve = _fd.TryReserve(_reserved, end - _reserved);
            _reserved = end;
        }
    }

    /// <summary>
    /// What is written up to there is durable. One thread at a time: an error is told once for each open file, and whoever
    /// hears of it has to write again before anybody syncs and believes it; also what came after the sync was asked for.
    /// </summary>
    private void SyncTo(long end, bool isSuspect)
    {
        lock (_syncing)
        {
            if (_isSuspect)
            {
                lock (_storing)
                {
                    end = Math.Max(end, _written);
                }
            }

            if (_isSuspect || isSuspect)
            {
                Write(Interlocked.Read(ref _durable), end);
            }

            _isSuspect = true;
            _fd.SyncData();
            _isSuspect = false;
            Durable(end);
        }
    }

    private void Durable(long end)
    {
        lock (_gate)
        {
            _durable = Math.Max(_durable, end);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Writes, perhaps again, what is kept in memory.</summary>
    private void Write(long start, long end)
    {
        for (var at = start; at < end;)
        {
            var piece = _retained.At(at, end - at);
            _fd.WriteAllAt(piece, at);
            at += piece.Length;
        }
    }

    private void FinishOnce()
    {
        if (_isClosed)
        {
            _fd = Fd.Open(_temporary, OpenFlags.WriteOnly | OpenFlags.NoFollow, name: _shownAs);
            _isClosed = false;
        }

        if (_isSuspect)
        {
            Write(_durable, _written);
        }

        _isSuspect = true;
        _fd.Truncate(_written);
        _fd.Sync();
        if (FileStatus.Of(_fd).Size != _written)
        {
            throw new Failure(ExitCode.Integrity, $"{_shownAs}: {_written} bytes were written, and it has {FileStatus.Of(_fd).Size}");
        }

        _isClosed = true;
        _fd.Close();
        _isSuspect = false;
        Durable(_written);
    }
}
