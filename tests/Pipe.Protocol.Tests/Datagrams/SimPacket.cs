namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>A datagram in the simulated network. Pooled: thousands are on their way at a time.</summary>
internal sealed class SimPacket
{
    /// <summary>Of IPv4 and UDP, which take room on the link.</summary>
    public const int Headers = 28;

    public byte[] Bytes { get; } = new byte[9000];

    public int Length { get; set; }

    public ulong Path { get; set; }

    public ISimHost? To { get; set; }

    /// <summary>Of the model of TCP, which sends no bytes.</summary>
    public long Number { get; set; }
}
