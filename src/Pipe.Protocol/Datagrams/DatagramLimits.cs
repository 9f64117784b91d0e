namespace Pipe.Protocol.Datagrams;

/// <summary>Hard maxima of the datagram channel; pipe-protocol(7), Datagram limits. A length beyond its limit is refused before it is used.</summary>
internal static class DatagramLimits
{
    /// <summary>The version of the datagram channel that this program speaks.</summary>
    public const int Version = 1;

    /// <summary>Bytes of a datagram that every path is expected to carry; the size of a Hello.</summary>
    public const int MinDatagram = 1200;

    /// <summary>Bytes of the largest datagram: a jumbo frame of 9000 bytes without the headers of IPv4 and UDP.</summary>
    public const int MaxDatagram = 8972;

    /// <summary>Bytes of the datagrams that one send call may carry.</summary>
    public const int MaxBatchBytes = 65_487;

    /// <summary>Datagrams that one send call may carry.</summary>
    public const int MaxBatch = 64;

    /// <summary>Bytes of a block with its header.</summary>
    public const int MaxBlock = Limits.MaxBlock + BlockHeader.Size;

    /// <summary>Fragments start at a multiple of this, and their lengths are multiples of it except at the end of a block.</summary>
    public const int FragmentUnit = 8;

    /// <summary>Blocks that a receiver may have room for at a time.</summary>
    public const int MaxSlots = 4096;

    /// <summary>Blocks that a sender may send before the first Credit: every receiver has room for them.</summary>
    public const int FirstBlocks = 4;

    /// <summary>Distance from the lowest unfinished block to the highest that may be sent.</summary>
    public const int MaxSpread = 16_384;

    /// <summary>Ranges in one Ack.</summary>
    public const int MaxAckRanges = 2048;

    /// <summary>Ranges of numbers that a receiver remembers; with more, the lowest is forgotten and its numbers are refused.</summary>
    public const int MaxRanges = 4096;

    /// <summary>Ranges of finished blocks in one Credit.</summary>
    public const int MaxFinishedRanges = 128;

    /// <summary>Damaged blocks in one Credit.</summary>
    public const int MaxDamaged = 32;

    /// <summary>Datagrams that a sender may have on their way.</summary>
    public const int MaxInFlight = 1 << 19;

    /// <summary>Bytes of the cause in a Close.</summary>
    public const int MaxCause = 255;

    /// <summary>Handshakes that a listening side keeps open for one lane.</summary>
    public const int MaxHandshakes = 4;

    /// <summary>Milliseconds between two probes of a silent path, at most.</summary>
    public const int MaxProbeMilliseconds = 1000;

    /// <summary>Milliseconds that an Ack may be held back, at most.</summary>
    public const int MaxAckDelayMilliseconds = 25;
}
