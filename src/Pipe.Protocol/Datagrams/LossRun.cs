namespace Pipe.Protocol.Datagrams;

/// <summary>Counts losses of large datagrams since one of such a size last arrived: many of them over some time mean that the path no longer carries it.</summary>
internal sealed class LossRun
{
    private const int Enough = 3;

    private int _count;
    private long _endedAt;

    /// <summary>Size of the smallest one; 0 without a loss.</summary>
    public int Least { get; private set; }

    /// <summary>A datagram at least as large as the smallest lost one arrived.</summary>
    public void End(long now) => (_count, Least, _endedAt) = (0, 0, now);

    /// <summary>Adds a loss. True if the path no longer carries the size.</summary>
    public bool Add(int bytes, long now, long probeTimeout)
    {
        Least = _count++ == 0 ? bytes : Math.Min(Least, bytes);
        return _count >= Enough && now - _endedAt >= Enough * probeTimeout;
    }
}
