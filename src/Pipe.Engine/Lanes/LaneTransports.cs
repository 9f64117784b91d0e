namespace Pipe.Engine;

/// <summary>The transports that this program has, best first.</summary>
internal static class LaneTransports
{
    public static IReadOnlyList<ILaneTransport> All { get; } = [UdpTransport.Instance, TcpTransport.Instance];

    /// <summary>Those that a user who asked for this channel gets.</summary>
    public static IReadOnlyList<ILaneTransport> For(DataChannel channel) => channel switch
    {
        DataChannel.Tcp => [TcpTransport.Instance],
        DataChannel.Udp => [UdpTransport.Instance],
        _ => All,
    };

    /// <summary>Those that the peer has too, in the order of this side.</summary>
    public static IReadOnlyList<ILaneTransport> Common(IReadOnlyList<ILaneTransport> ours, IReadOnlyList<string> theirs) =>
        [.. ours.Where(one => theirs.Contains(one.Name))];
}
