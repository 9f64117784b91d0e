using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file that is written front to back and of which nothing is lost when its disk is full, whichever call says so. What is not
/// known to be durable is kept, and written again from the last durable byte on: after a failed sync the system has forgotten
/// what it could not write. One thread writes, one syncs and finishes, one may look at the bytes on their way.
/// </summary>
internal sealed class DurableFile : StagedFile
{
    private const long ReserveStep = 64 << 20;

    /// <summary>With more than that free nothing is reserved: it takes time, and the disk will not be full soon.</summary>
    private const long Roomy = 16 * ReserveStep;

    /// <summary>Held while a piece goes into the file and is counted. Inside of <see cref="_syncing"/> where both are.</summary>
    private readonly Lock _storing = new();
    private readonly Lock _syncing = new();
    private readonly string _directory;
    private readonly string _temporary;
    private Fd _fd;
    private long _reserved;
    private bool _canReserve = true;
    private bool _isSuspect;
    private bool _isClosed;
    private bool _isNamed;

    /// <param name="directory">Where it is made; empty for the working directory.</param>
    /// <param name="temporary">Its name there until it is named; nothing else has it.</param>
    /// <param name="retained">Memory for it alone, until it is finished.</param>
    /// <param name="patience">What to do when the disk is full.</param>
    /// <param name="isInspected">Whether somebody looks at the bytes: they are kept until he has.</param>
    /// <param name="mode">Permission bits while it is written, less those of the umask.</param>
    /// <param name="shownAs">What messages call it, if it is not known by that name.</param>
    public DurableFile(string directory, string temporary, RetainedBytes retained, Patience patience, bool isInspected, uint mode, string? shownAs = null)
        : base(retained, patience, isInspected)
    {
        _directory = directory;
        _temporary = Paths.Join(directory, temporary);
        ShownAs = shownAs ?? _temporary;
        _fd = null!;
        patience.Persist(directory, () => _fd = Fd.Open(_temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode, ShownAs));
    }

    /// <summary>How large it may become: room is asked for ahead, up to there.</summary>
    public long Expected { get; init; } = long.MaxValue;

    /// <summary>Whether to give up here when the disk is full, for there is room elsewhere.</summary>
    public Func<bool> HasElsewhere { get; set; } = () => false;

    protected override string ShownAs { get; }

    /// <summary>Changes what is known of it beside its bytes, before it is finished.</summary>
    public void Change(Action<Fd> change) => change(_fd);

    public override void Finish() => Patience.Persist(_directory, FinishOnce);

    public override void Name(string path, bool replaces) => Patience.Persist(_directory, () =>
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

    public override void KeepName() => Patience.Persist(_directory, () => Paths.KeepName(_temporary));

    public override void Dispose()
    {
        Abandon();
        _fd.Dispose();
        if (!_isNamed)
        {
            Paths.TryRemove(_temporary); // if it stays the next run sweeps
        }
    }

    protected override void MakeDurable(long end) => Patience.Persist(_directory, () => SyncTo(end, isSuspect: false));

    /// <summary>False if the disk is full and there is room elsewhere.</summary>
    protected override bool TryStore(ReadOnlySpan<byte> piece)
    {
        try
        {
            lock (_storing)
            {
                Reserve(Written + piece.Length);
                _fd.WriteAllAt(piece, Written);
                Stored(Written + piece.Length);
            }

            return true;
        }
        catch (LinuxException e) when (e.IsNoSpace)
        {
            return !HasElsewhere() && StoreInTheEnd(Written + piece.Length);
        }
    }

    /// <summary>First the piece at hand: as long as there is no room for that, the rest need not be written time and again.</summary>
    private bool StoreInTheEnd(long end)
    {
        Patience.Persist(_directory, () =>
        {
            Write(Written, end);
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
                    end = Math.Max(end, Written);
                }
            }

            if (_isSuspect || isSuspect)
            {
                Write(AllDurable, end);
            }

            _isSuspect = true;
            _fd.SyncData();
            _isSuspect = false;
            Durable(end);
        }
    }

    /// <summary>Writes, perhaps again, what is kept in memory.</summary>
    private void Write(long start, long end)
    {
        for (var at = start; at < end;)
        {
            var piece = Retained.At(at, end - at);
            _fd.WriteAllAt(piece, at);
            at += piece.Length;
        }
    }

    private void FinishOnce()
    {
        if (_isClosed)
        {
            _fd = Fd.Open(_temporary, OpenFlags.WriteOnly | OpenFlags.NoFollow, name: ShownAs);
            _isClosed = false;
        }

        if (_isSuspect)
        {
            Write(AllDurable, Written);
        }

        _isSuspect = true;
        _fd.Truncate(Written);
        _fd.Sync();
        if (FileStatus.Of(_fd).Size != Written)
        {
            throw new Failure(ExitCode.Integrity, $"{ShownAs}: {Written} bytes were written, and it has {FileStatus.Of(_fd).Size}");
        }

        _isClosed = true;
        _fd.Close();
        _isSuspect = false;
        Durable(Written);
    }
}
