using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The counters of a copy. Data threads add, the meter reads; no locks.</summary>
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
    private long _differences;
    private long _clashes;

    /// <summary>Bytes acknowledged by the far end or taken by the local sink: never just sent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes there are to move, -1 while that is unknown.</summary>
    public long Total
    {
        get => Volatile.Read(ref _total);
        set => Volatile.Write(ref _total, value);
    }

    /// <summary>Blocks that those bytes came in.</summary>
    public long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Blocks whose digest was wrong and that were sent again.</summary>
    public long Damaged => Volatile.Read(ref _damaged);

    /// <summary>Data connections that broke and were made again.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Somebody watches, and wants to know how much there is to copy before it is copied.</summary>
    public bool IsTotalWanted { get; set; }

    /// <summary>What of a tree is where it belongs.</summary>
    public TreeProgress Tree { get; } = new();

    /// <summary>Files of a tree in all; -1 while that is unknown.</summary>
    public long FilesFound => Volatile.Read(ref _filesFound);

    /// <summary>Members of a tree that could not be read or written.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Members of a tree that differ between the two sides of a comparison.</summary>
    public long Differences => Volatile.Read(ref _differences);

    /// <summary>Those of them that a copy could not make the same.</summary>
    public long Clashes => Volatile.Read(ref _clashes);

    /// <summary>Why, where nobody watches.</summary>
    public TroubleLog Troubles { get; } = new();

    /// <summary>Why what the sender could not read is not here, where only the sender's host knows.</summary>
    public TroubleLog Unread { get; } = new();

    /// <summary>More than accidents: most of what comes is damaged.</summary>
    public bool IsHopeless => Damaged > AccidentsAtMost && Damaged > Blocks;

    /// <summary>Bytes that the target had already and that did not come again; in <see cref="Bytes"/> too.</summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <param name="bytes">That are where they belong.</param>
    /// <param name="isKept">Whether they were there already.</param>
    public void Moved(long bytes, bool isKept = false)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _kept, isKept ? bytes : 0);
        Interlocked.Increment(ref _blocks);
    }

    /// <summary>How far this side is, for the far end.</summary>
    public Ping Ping => new(Bytes, Tree.Files, Tree.Bytes);

    /// <summary>The far end says how far it is.</summary>
    public void Reach(Ping ping)
    {
        Interlocked.Exchange(ref _bytes, ping.Moved);
        Tree.Reach(ping.Files, ping.Bytes);
    }

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

    /// <summary>Is told it too.</summary>
    public Action<long, long>? Counted { get; init; }

    /// <summary>So much there is of a tree in all.</summary>
    public void Found(long files, long bytes)
    {
        Counted?.Invoke(files, bytes);
        Volatile.Write(ref _filesFound, files);
        Total = bytes;
    }

    public void Fail(long members = 1) => Interlocked.Add(ref _failed, members);
}
