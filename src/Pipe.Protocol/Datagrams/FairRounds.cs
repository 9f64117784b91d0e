namespace Pipe.Protocol.Datagrams;

/// <summary>Counts round trips by delivered bytes: one ends when a datagram arrives that was sent after it began.</summary>
internal sealed class FairRounds
{
    private long _next;
    private long _nextWithLoss;

    /// <summary>Total bytes delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>Whether this Ack starts a round.</summary>
    public bool Starts { get; private set; }

    /// <summary>Whether this Ack starts a round, counted from the first loss on.</summary>
    public bool StartsAfterLoss { get; private set; }

    /// <summary>Number of datagrams lost in this round.</summary>
    public int Losses { get; private set; }

    /// <summary>True for the first loss in a round.</summary>
    public bool OnLost()
    {
        _nextWithLoss = Losses == 0 ? Delivered : _nextWithLoss;
        return Losses++ == 0;
    }

    public void OnAck(in RateSample sample)
    {
        Delivered += sample.Acked;
        StartsAfterLoss = sample.Delivered > 0 && sample.PriorDelivered >= _nextWithLoss;
        Starts = sample.Delivered > 0 && sample.PriorDelivered >= _next;
        _next = Starts ? Delivered : _next;
        _nextWithLoss = StartsAfterLoss ? Delivered : _nextWithLoss;
    }

    public void ForgetLosses() => Losses = 0;

    /// <summary>Starts a round now.</summary>
    public void Restart() => _next = Delivered;
}
