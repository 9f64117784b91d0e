namespace Pipe.Engine;

/// <summary>The transports of this program, best first.</summary>
internal static class LaneTransports
{
    public static IReadOnlyList<ILaneTransport> All { get; } = [UdpTransport.Instance, TcpTransport.Instance];

    /// <summary>The transports for the channel that the user asked for.</summary>
    public static IReadOnlyList<ILaneTransport> For(DataChannel channel) => channel switch
    {
        DataChannel.Tcp => [TcpTransport.Instance],
        DataChannel.Udp => [UdpTransport.Instance],
        _ => All,
    };

    /// <summary>The transports that the peer has too, in this side's order.</summary>
    public static IReadOnlyList<ILaneTransport> Common(IReadOnlyList<ILaneTransport> ours, IReadOnlyList<string> theirs) =>
        [.. ours.Where(one => theirs.Contains(one.Name))];
}
