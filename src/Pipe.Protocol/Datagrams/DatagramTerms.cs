using System.Security.Cryptography;

namespace Pipe.Protocol.Datagrams;

/// <summary>Fills memory with random bytes; a simulation has its own.</summary>
internal delegate void RandomBytes(Span<byte> to);

/// <summary>What both sides of a connection have agreed on inside ssh, and what this side has been asked for.</summary>
internal sealed record DatagramTerms(ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Secret, int Lane, Protection Protection)
{
    /// <summary>Bytes of the largest block, with its header.</summary>
    public int MaxBlock { get; init; } = (1 << 20) + BlockHeader.Size;

    /// <summary>Bytes of the datagrams to begin with.</summary>
    public int Datagram { get; init; } = DatagramLimits.MinDatagram;

    /// <summary>The largest size that the search may try; <see cref="Datagram"/> or less for no search.</summary>
    public int MaxDatagram { get; init; }

    /// <summary>Blocks that may be sent before the first Credit.</summary>
    public int FirstBlocks { get; init; } = DatagramLimits.FirstBlocks;

    /// <summary>Whether the peer may come from another address than the first, after a Challenge.</summary>
    public bool MayRoam { get; init; }

    /// <summary>Nanoseconds of a round trip, as far as it is known before the first Ack.</summary>
    public long InitialRtt { get; init; } = 100_000_000;

    public RandomBytes Random { get; init; } = RandomNumberGenerator.Fill;
}
