namespace Pipe.Protocol.Datagrams;

/// <summary>What one Ack told: the input of a congestion control. Times are nanoseconds, rates bytes a second.</summary>
internal struct RateSample
{
    public long Now;

    /// <summary>Bytes that this Ack newly acknowledged, and those that it made lost.</summary>
    public long Acked;
    public long Lost;

    /// <summary>The delivery rate over <see cref="Interval"/>; 0 if the Ack gives none.</summary>
    public double Rate;
    public long Interval;
    public bool IsAppLimited;

    /// <summary>Bytes delivered in the interval, and lost since the datagram that it is measured with was sent.</summary>
    public long Delivered;
    public long LostInInterval;

    /// <summary>Total delivered when that datagram was sent; bytes in flight with it.</summary>
    public long PriorDelivered;
    public long TxInFlight;

    /// <summary>Round-trip time of the newest datagram; 0 if the Ack gives none.</summary>
    public long Rtt;

    public long InFlightBefore;
    public long InFlight;
}
