using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A new file, written front to back, that loses no byte when its disk fills up, whichever call reports that. Bytes not known to be durable are kept in
/// memory and written again from the last durable byte: after a failed sync the kernel has dropped what it could not write. One thread writes, one
/// syncs and finishes, one may inspect the bytes in between.
/// </summary>
internal sealed class DurableFile : StagedFile
{
    private const long ReserveStep = 64 << 20;

    /// <summary>Free space above which nothing is reserved: reserving takes time, and the disk will not be full soon.</summary>
    private const long Roomy = 16 * ReserveStep;

    /// <summary>Held while a piece is written and counted. Taken inside <see cref="_syncing"/> where both are held.</summary>
    private readonly Lock _storing = new();
    private readonly Lock _syncing = new();
    private readonly string _directory;
    private AtomicFile _file;
    private long _reserved;
    private bool _canReserve = true;
    private bool _isSuspect;
    private bool _isClosed;

    /// <param name="directory">The directory of the file; empty for the working directory.</param>
    /// <param name="temporary">A unique name for the file until it gets its own.</param>
    /// <param name="retained">Memory for this file alone, until it is finished.</param>
    /// <param name="retry">Handles a full disk.</param>
    /// <param name="isInspected">Whether a thread inspects the bytes; they are kept until it has.</param>
    /// <param name="mode">Permission bits while the file is written, before the umask.</param>
    /// <param name="shownAs">The file's name in messages, if it differs.</param>
    public DurableFile(string directory, string temporary, RetainedBytes retained, SpaceRetry retry, bool isInspected, uint mode, string? shownAs = null)
        : base(retained, retry, isInspected)
    {
        _directory = directory;
        var path = Paths.Join(directory, temporary);
        ShownAs = shownAs ?? path;
        _file = null!;
        retry.Persist(directory, () => _file = AtomicFile.Create(Folder.Of(path), temporary, mode, shownAs: ShownAs));
    }

    /// <summary>The expected size: space is reserved ahead up to there.</summary>
    public long Expected { get; init; } = long.MaxValue;

    /// <summary>Whether to give up here when the disk is full, because another has space.</summary>
    public Func<bool> HasElsewhere { get; set; } = () => false;

    protected override string ShownAs { get; }

    private Fd Fd => _file.Fd;

    /// <summary>Changes metadata of the file before it is finished.</summary>
    public void Change(Action<Fd> change) => change(Fd);

    public override void Finish() => SpaceRetry.Persist(_directory, FinishOnce);

    public override void Name(string path, bool replaces) => SpaceRetry.Persist(_directory, () =>
    {
        if (replaces)
        {
            _file.Rename(Paths.NameOf(path));
        }
        else if (!_file.TryRename(Paths.NameOf(path)))
        {
            throw new LinuxException("rename", path, Errno.Exists);
        }
    });

    public override void KeepName() => SpaceRetry.Persist(_directory, _file.KeepName);

    public override void Dispose()
    {
        Abandon();
        _file.Dispose(); // if the file cannot be removed, the next run removes it
    }

    protected override void MakeDurable(long end) => SpaceRetry.Persist(_directory, () => SyncTo(end, isSuspect: false));

    /// <summary>False if the disk is full and another has space.</summary>
    protected override bool TryStore(ReadOnlySpan<byte> piece)
    {
        try
        {
            lock (_storing)
            {
                Reserve(Written + piece.Length);
                Fd.WriteAllAt(piece, Written);
                Stored(Written + piece.Length);
            }

            return true;
        }
        catch (LinuxException e) when (e.IsNoSpace)
        {
            return !HasElsewhere() && StoreInTheEnd(Written + piece.Length);
        }
    }

    /// <summary>Writes the newest piece first: while there is no space for that, the rest need not be written again and again.</summary>
    private bool StoreInTheEnd(long end)
    {
        SpaceRetry.Persist(_directory, () =>
        {
            Write(Written, end);
            SyncTo(end, isSuspect: true);
        });
        Stored(end);
        return true;
    }

    /// <summary>
    /// Reserves space, because a full disk is best detected before a byte is accepted. If a whole step does not fit, the next bytes still may.
    /// </summary>
    private void Reserve(long end)
    {
        if (!_canReserve || end <= _reserved || Expected == long.MaxValue)
        {
            return;
        }

        var wanted = Math.Min(Expected, end + ReserveStep);
        if (Fd.FreeBytes() > Roomy)
        {
            _reserved = wanted;
            return;
        }

        try
        {
            _canReserve = Fd.TryReserve(_reserved, wanted - _reserved);
            _reserved = wanted;
        }
        catch (LinuxException e) when (e.IsNoSpace)
        {
            _canReserve = Fd.TryReserve(_reserved, end - _reserved);
            _reserved = end;
        }
    }

    /// <summary>
    /// Makes the bytes up to there durable. One thread at a time: the kernel reports an error once per open file, and the thread that sees it must
    /// rewrite the bytes, including those written after the sync began, before any later sync can be trusted.
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
            Fd.SyncData();
            _isSuspect = false;
            Durable(end);
        }
    }

    /// <summary>Writes retained bytes, possibly again.</summary>
    private void Write(long start, long end)
    {
        for (var at = start; at < end;)
        {
            var piece = Retained.At(at, end - at);
            Fd.WriteAllAt(piece, at);
            at += piece.Length;
        }
    }

    private void FinishOnce()
    {
        if (_isClosed)
        {
            _file.Reopen(OpenFlags.WriteOnly);
            _isClosed = false;
        }

        if (_isSuspect)
        {
            Write(AllDurable, Written);
        }

        _isSuspect = true;
        Fd.Truncate(Written);
        Fd.Sync();
        if (FileStatus.Of(Fd).Size != Written)
        {
            throw new Failure(ExitCode.Integrity, $"{ShownAs}: {Written} bytes were written, and it has {FileStatus.Of(Fd).Size}");
        }

        _isClosed = true;
        Fd.Close();
        _isSuspect = false;
        Durable(Written);
    }
}
