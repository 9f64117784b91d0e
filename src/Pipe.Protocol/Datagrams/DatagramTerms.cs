using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>Fills memory with random bytes; a simulation supplies its own.</summary>
internal delegate void RandomBytes(Span<byte> to);

/// <summary>The terms that both sides of a connection have agreed on inside ssh, and the settings of this side.</summary>
internal sealed record DatagramTerms(ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Secret, int Lane, Protection Protection)
{
    /// <summary>Maximum size of a block with its header.</summary>
    public int MaxBlock { get; init; } = (1 << 20) + BlockHeader.Size;

    /// <summary>Initial datagram size.</summary>
    public int Datagram { get; init; } = DatagramLimits.MinDatagram;

    /// <summary>Maximum size for the search; <see cref="Datagram"/> or less for no search.</summary>
    public int MaxDatagram { get; init; }

    /// <summary>Number of blocks that may be sent before the first Credit.</summary>
    public int FirstBlocks { get; init; } = DatagramLimits.FirstBlocks;

    /// <summary>Whether the peer may change its address, after a Challenge.</summary>
    public bool MayRoam { get; init; }

    /// <summary>Estimate of the round trip in nanoseconds before the first Ack.</summary>
    public long InitialRtt { get; init; } = 100_000_000;

    public RandomBytes Random { get; init; } = RandomNumberGenerator.Fill;
}
