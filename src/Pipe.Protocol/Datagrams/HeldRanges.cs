namespace Pipe.Protocol.Datagrams;

/// <summary>
/// Fragments that were lost again and again: each goes once more after a wait. Without it, bytes that the path never lets through would
/// fill the window, and the rest of the data would stand still.
/// </summary>
internal sealed class HeldRanges
{
    /// <summary>Losses of the same bytes from which on they wait.</summary>
    public const int Patience = 3;

    private const long MaxWait = DatagramLimits.MaxProbeMilliseconds * 1_000_000L;
    private readonly PriorityQueue<BlockRange, long> _ranges = new();

    /// <summary>When the next one may go; <see cref="long.MaxValue"/> for never.</summary>
    public long Next { get; private set; } = long.MaxValue;

    /// <summary>The wait doubles with each loss, up to a second.</summary>
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
