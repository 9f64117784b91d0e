namespace Pipe.Linux;

/// <summary>Limits of UDP segmentation offload (UDP_SEGMENT), where the kernel splits one message into datagrams.</summary>
internal static class Segmentation
{
    /// <summary>UDP_MAX_SEGMENTS of older kernels; newer ones accept 128.</summary>
    private const int MaxDatagrams = 64;

    /// <summary>Payload bytes of the largest IPv4 packet, and of an IPv6 packet of that size.</summary>
    private const int MaxBytes = 65_507;
    private const int MaxBytes6 = 65_487;

    public static int DatagramsPerCall(int length, bool is6) => Math.Max(1, Math.Min(MaxDatagrams, (is6 ? MaxBytes6 : MaxBytes) / Math.Max(1, length)));
}
