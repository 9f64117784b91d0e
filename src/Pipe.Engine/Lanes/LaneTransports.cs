namespace Pipe.Engine;

/// <summary>The transports that this program has, best first.</summary>
internal static class LaneTransports
{
    public static IReadOnlyList<ILaneTransport> All { get; } = [TcpTransport.Instance];

    /// <summary>Those that the peer has too, in the order of this side.</summary>
    public static IReadOnlyList<ILaneTransport> Common(IReadOnlyList<ILaneTransport> ours, IReadOnlyList<string> theirs) =>
        [.. ours.Where(one => theirs.Contains(one.Name))];
}
