namespace Pipe.Protocol.Datagrams;

/// <summary>The sender's record of a datagram until it is acknowledged or long lost.</summary>
internal struct SentDatagram
{
    /// <summary>Marks a datagram that is not a fragment: a Probe, a Floor or another one that loss recovery does not repeat.</summary>
    public const ulong NoBlock = ulong.MaxValue;

    public ulong Block;
    public int Offset;
    public int Length;

    /// <summary>Size of the datagram.</summary>
    public int Size;

    /// <summary>Whether it is a probe of the datagram size, sent outside congestion control: its loss is not a sign of congestion.</summary>
    public bool IsSizeProbe;

    /// <summary>See <see cref="BlockRange"/>.</summary>
    public bool IsCopy;
    public byte Losses;

    /// <summary>Whether the sender had no more data when it was sent.</summary>
    public bool IsAppLimited;

    public long SentAt;

    /// <summary>The state of the delivery rate estimate when it was sent.</summary>
    public long FirstSentAt;
    public long DeliveredAt;
    public long Delivered;

    /// <summary>Bytes lost so far, and bytes in flight including this datagram, when it was sent.</summary>
    public long Lost;
    public long InFlight;

    public readonly bool IsData => Block != NoBlock;

    /// <summary>The range that it carries; only for data.</summary>
    public readonly BlockRange Range => new(Block, Offset, Length, IsCopy, Losses);
}
