using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The counters of a copy. Data threads add, the meter reads; lock-free.</summary>
internal sealed class Tally
{
    private const int AccidentsAtMost = 32;
    private long _bytes;
    private long _total = -1;
    private long _blocks;
    private long _kept;
    private long _damaged;
    private long _lost;
    private long _filesFound = -1;
    private long _failed;
    private long _failedThere;
    private long _removed;
    private long _filesThere = -1;
    private long _differences;
    private long _clashes;

    /// <summary>Bytes acknowledged by the remote end or stored by the local sink, not merely sent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes to move in total; -1 while unknown.</summary>
    public long Total
    {
        get => Volatile.Read(ref _total);
        set => Volatile.Write(ref _total, value);
    }

    /// <summary>Number of blocks that those bytes came in.</summary>
    public long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Blocks that had a wrong digest and were sent again.</summary>
    public long Damaged => Volatile.Read(ref _damaged);

    /// <summary>Data connections that broke and were made again.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Whether an observer wants to know the total before it is copied.</summary>
    public bool IsTotalWanted { get; set; }

    /// <summary>Progress within a tree.</summary>
    public TreeProgress Tree { get; } = new();

    /// <summary>Total number of files in a tree; -1 while unknown.</summary>
    public long FilesFound => Volatile.Read(ref _filesFound);

    /// <summary>Members of a tree that could not be read or written.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Those of them that the remote end could not write.</summary>
    public long FailedThere => Volatile.Read(ref _failedThere);

    /// <summary>Complete members of a tree at the remote end, without failed ones; null until it reports its sums.</summary>
    public long? FilesThere => Volatile.Read(ref _filesThere) is >= 0 and var files ? files : null;

    /// <summary>Members of a target that the source lacked, and that were removed.</summary>
    public long Removed => Volatile.Read(ref _removed);

    /// <summary>Members of a tree that differ between the two sides of a comparison.</summary>
    public long Differences => Volatile.Read(ref _differences);

    /// <summary>Those differences that a copy could not resolve.</summary>
    public long Clashes => Volatile.Read(ref _clashes);

    /// <summary>The reasons, where there is no observer.</summary>
    public ItemErrorLog ItemErrors { get; } = new();

    /// <summary>The reasons why requested members could not be read, where only the sender's host knows them.</summary>
    public ItemErrorLog Unread { get; } = new();

    /// <summary>Whether damage is the rule: most blocks arrive damaged.</summary>
    public bool IsHopeless => Damaged > AccidentsAtMost && Damaged > Blocks;

    /// <summary>Bytes that the target already had, so they were not sent; included in <see cref="Bytes"/>.</summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <param name="bytes">Bytes that have arrived.</param>
    /// <param name="isKept">Whether the target already had them.</param>
    public void Moved(long bytes, bool isKept = false)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _kept, isKept ? bytes : 0);
        Interlocked.Increment(ref _blocks);
    }

    /// <summary>The progress of this side, for the remote end.</summary>
    public Ping Ping => new(Bytes, Tree.Files, Tree.Bytes);

    /// <summary>Takes the progress of the remote end.</summary>
    public void Reach(Ping ping)
    {
        Interlocked.Exchange(ref _bytes, ping.Moved);
        Tree.Reach(ping.Files, ping.Bytes);
    }

    public void FailThere(long count)
    {
        Interlocked.Add(ref _failedThere, count);
        Fail(count);
    }

    public void ArriveThere(long files) => Volatile.Write(ref _filesThere, files);

    public void Remove(long count) => Interlocked.Add(ref _removed, count);

    public void Damage() => Interlocked.Increment(ref _damaged);

    public void Loss() => Interlocked.Increment(ref _lost);

    public void Differ(Aspects aspects)
    {
        Interlocked.Increment(ref _differences);
        if (aspects.HasFlag(Aspects.Kind))
        {
            Interlocked.Increment(ref _clashes);
        }
    }

    /// <summary>Also called with each new total.</summary>
    public Action<long, long>? Counted { get; init; }

    /// <summary>Sets the totals of a tree.</summary>
    public void Found(long files, long bytes)
    {
        Counted?.Invoke(files, bytes);
        Volatile.Write(ref _filesFound, files);
        Total = bytes;
    }

    public void Fail(long members = 1) => Interlocked.Add(ref _failed, members);
}
