namespace Pipe.Linux;

/// <summary>Limits of UDP segmentation offload (UDP_SEGMENT), where the kernel splits one message into datagrams.</summary>
internal static class Segmentation
{
    /// <summary>UDP_MAX_SEGMENTS of older kernels; newer ones accept 128.</summary>
    private const int MostDatagrams = 64;

    /// <summary>Payload bytes of the largest IPv4 packet, and of an IPv6 packet of that size.</summary>
    private const int MostBytes = 65_507;
    private const int MostBytes6 = 65_487;

    public static int DatagramsPerCall(int length, bool is6) => Math.Max(1, Math.Min(MostDatagrams, (is6 ? MostBytes6 : MostBytes) / Math.Max(1, length)));
}
