namespace Pipe.Linux;

/// <summary>How many datagrams the kernel takes in one message and cuts up itself (UDP_SEGMENT).</summary>
internal static class Segmentation
{
    /// <summary>UDP_MAX_SEGMENTS of older kernels; newer ones take 128.</summary>
    private const int MostDatagrams = 64;

    /// <summary>Bytes of an IPv4 packet without its headers, and what IPv6 leaves of as many.</summary>
    private const int MostBytes = 65_507;
    private const int MostBytes6 = 65_487;

    public static int DatagramsPerCall(int length, bool is6) => Math.Max(1, Math.Min(MostDatagrams, (is6 ? MostBytes6 : MostBytes) / Math.Max(1, length)));
}
