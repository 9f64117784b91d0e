namespace Pipe.Protocol.Datagrams;

/// <summary>The information from one Ack: the input of a congestion control. Times are in nanoseconds, rates in bytes per second.</summary>
internal struct RateSample
{
    public long Now;

    /// <summary>Bytes newly acknowledged by this Ack, and bytes newly lost.</summary>
    public long Acked;
    public long Lost;

    /// <summary>The delivery rate over <see cref="Interval"/>; 0 if the Ack gives none.</summary>
    public double Rate;
    public long Interval;
    public bool IsAppLimited;

    /// <summary>Bytes delivered in the interval, and bytes lost since the measured datagram was sent.</summary>
    public long Delivered;
    public long LostInInterval;

    /// <summary>Total delivered when that datagram was sent, and bytes in flight with it.</summary>
    public long PriorDelivered;
    public long TxInFlight;

    /// <summary>Round-trip time of the newest datagram; 0 if the Ack gives none.</summary>
    public long Rtt;

    public long InFlightBefore;
    public long InFlight;
}
