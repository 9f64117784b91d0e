namespace Pipe.Protocol.Datagrams;

/// <summary>
/// Fragments that were lost repeatedly: each is sent once more after a delay. Otherwise, bytes that the path never lets through would fill the window
/// and stall the other data.
/// </summary>
internal sealed class HeldRanges
{
    /// <summary>Number of losses of the same bytes after which they are delayed.</summary>
    public const int Patience = 3;

    private const long MaxWait = DatagramLimits.MaxProbeMilliseconds * 1_000_000L;
    private readonly PriorityQueue<BlockRange, long> _ranges = new();

    /// <summary>When the next one may be sent; <see cref="long.MaxValue"/> for never.</summary>
    public long Next { get; private set; } = long.MaxValue;

    public int Count => _ranges.Count;

    /// <summary>Adds a range with a delay that doubles with each loss, up to a second.</summary>
    public void Add(in BlockRange range, long rtt, long now)
    {
        var at = now + Math.Min(rtt << Math.Min(range.Losses - Patience, 20), MaxWait);
        _ranges.Enqueue(range, at);
        Next = Math.Min(Next, at);
    }

    public bool TryTake(long now, out BlockRange range)
    {
        if (now < Next)
        {
            range = default;
            return false;
        }

        range = _ranges.Dequeue();
        Next = _ranges.TryPeek(out _, out var next) ? next : long.MaxValue;
        return true;
    }
}
