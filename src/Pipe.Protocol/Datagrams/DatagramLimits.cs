namespace Pipe.Protocol.Datagrams;

/// <summary>Hard limits of the datagram channel; see pipe-protocol(7), Datagram limits. A length beyond its limit is refused before it is used.</summary>
internal static class DatagramLimits
{
    /// <summary>The version of the datagram channel.</summary>
    public const int Version = 1;

    /// <summary>The datagram size that every path is expected to carry; the size of a Hello.</summary>
    public const int MinDatagram = 1200;

    /// <summary>The largest datagram: a jumbo frame of 9000 bytes without the headers of IPv4 and UDP.</summary>
    public const int MaxDatagram = 8972;

    /// <summary>Maximum bytes of datagrams per send call.</summary>
    public const int MaxBatchBytes = 65_487;

    /// <summary>Maximum number of datagrams per send call.</summary>
    public const int MaxBatch = 64;

    /// <summary>Maximum size of a block with its header.</summary>
    public const int MaxBlock = Limits.MaxBlock + BlockHeader.Size;

    /// <summary>Fragments start at a multiple of this, and their lengths are multiples of it except at the end of a block.</summary>
    public const int FragmentUnit = 8;

    /// <summary>Maximum number of blocks that a receiver stores at a time.</summary>
    public const int MaxSlots = 4096;

    /// <summary>Number of blocks that a sender may send before the first Credit: every receiver has room for them.</summary>
    public const int FirstBlocks = 4;

    /// <summary>Maximum distance from the lowest unfinished block to the highest that may be sent.</summary>
    public const int MaxSpread = 16_384;

    /// <summary>Maximum number of ranges in one Ack.</summary>
    public const int MaxAckRanges = 2048;

    /// <summary>Maximum number of ranges that a receiver remembers; beyond that, the lowest is forgotten and its numbers are refused.</summary>
    public const int MaxRanges = 4096;

    /// <summary>Maximum number of ranges of finished blocks in one Credit.</summary>
    public const int MaxFinishedRanges = 128;

    /// <summary>Maximum number of damaged blocks in one Credit.</summary>
    public const int MaxDamaged = 32;

    /// <summary>Maximum number of datagrams in flight.</summary>
    public const int MaxInFlight = 1 << 19;

    /// <summary>Maximum size of the cause in a Close.</summary>
    public const int MaxCause = 255;

    /// <summary>Maximum number of open handshakes of a listening side for one lane.</summary>
    public const int MaxHandshakes = 4;

    /// <summary>Maximum time between two probes of a silent path.</summary>
    public const int MaxProbeMilliseconds = 1000;

    /// <summary>Maximum delay of an Ack.</summary>
    public const int MaxAckDelayMilliseconds = 25;
}
