using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Finds the bottleneck of a sender from the waiting times of its threads and, where they wait for the lanes, from the lanes' measures.</summary>
internal static class BottleneckSearch
{
    /// <summary>Share of lost bytes above which the loss, and not the link, limits congestion control.</summary>
    private const double MuchLoss = 0.001;

    /// <param name="times">The times of the data lanes' threads.</param>
    /// <param name="lanes">The measures of the lanes; empty if all blocks went through the control channel.</param>
    /// <param name="ticksPerSecond">The unit of the times.</param>
    public static Bottleneck Find(SendTimes times, IReadOnlyList<LaneMeasure> lanes, long ticksPerSecond)
    {
        if (lanes.Count == 0)
        {
            return Bottleneck.Unknown;
        }

        var beyond = times[SendTime.Window] + times[SendTime.Lane];
        var most = Math.Max(Math.Max(times[SendTime.Source], times[SendTime.Digest]), Math.Max(times[SendTime.Rate], beyond));
        return most == 0 ? Bottleneck.Unknown
            : most == beyond ? Beyond(lanes, times[SendTime.Window] > times[SendTime.Lane], beyond * 1_000_000 / ticksPerSecond)
            : most == times[SendTime.Source] ? Bottleneck.Source
            : most == times[SendTime.Rate] ? Bottleneck.Rate
            : Bottleneck.Processor;
    }

    /// <summary>The bottleneck if it is on the lanes or at the receiver.</summary>
    private static Bottleneck Beyond(IReadOnlyList<LaneMeasure> lanes, bool awaitsWindow, long microseconds)
    {
        if (lanes.FirstOrDefault(lane => lane.Limit != Bottleneck.Unknown) is { Limit: not Bottleneck.Unknown } own)
        {
            // A lane lacks blocks while blocks wait for window space: the receiver still holds those that arrived.
            return own.Limit == Bottleneck.Source ? Bottleneck.Sink : own.Limit;
        }

        var (busy, here, there) = (lanes.Sum(lane => lane.Busy), lanes.Sum(lane => lane.BufferLimited - lane.ReceiverLimited), lanes.Sum(lane => lane.ReceiverLimited));
        if ((awaitsWindow && busy * 2 < microseconds) || there * 2 > busy)
        {
            return Bottleneck.Sink;
        }

        return here * 2 > busy ? Bottleneck.SocketBuffer
            : lanes.Average(lane => lane.RoundTrip) > 1.5 * lanes.Min(lane => lane.MinRoundTrip) ? Bottleneck.Network
            : lanes.Sum(lane => lane.Lost) > MuchLoss * lanes.Sum(lane => lane.Delivered) ? Bottleneck.CongestionControl
            : Bottleneck.Network;
    }
}
