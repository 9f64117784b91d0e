namespace Pipe.Protocol.Datagrams;

/// <summary>What the sender remembers of a datagram until it is acknowledged or long lost.</summary>
internal struct SentDatagram
{
    /// <summary>Not a fragment: a Probe, a Floor or another datagram that no loss recovery repeats.</summary>
    public const ulong NoBlock = ulong.MaxValue;

    public ulong Block;
    public int Offset;
    public int Length;

    /// <summary>Bytes of the datagram.</summary>
    public int Size;

    /// <summary>It went without leave of the congestion control, and its loss is no sign of congestion: a probe of the datagram size.</summary>
    public bool IsSizeProbe;

    /// <summary>See <see cref="BlockRange"/>.</summary>
    public bool IsCopy;
    public byte Losses;

    /// <summary>The sender had no more to send when this went.</summary>
    public bool IsAppLimited;

    public long SentAt;

    /// <summary>Of the delivery rate estimate: the state when this was sent.</summary>
    public long FirstSentAt;
    public long DeliveredAt;
    public long Delivered;

    /// <summary>Bytes lost so far, and bytes in flight with this one, when this was sent.</summary>
    public long Lost;
    public long InFlight;

    public readonly bool IsData => Block != NoBlock;

    /// <summary>The bytes that it carries; only of data.</summary>
    public readonly BlockRange Range => new(Block, Offset, Length, IsCopy, Losses);
}
