using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>What limited a copy, as messages and events call it.</summary>
internal static class BottleneckName
{
    public static string Of(Bottleneck limit) => limit switch
    {
        Bottleneck.Network => "network",
        Bottleneck.CongestionControl => "congestion control",
        Bottleneck.Source => "source",
        Bottleneck.Sink => "sink",
        Bottleneck.SocketBuffer => "socket buffer",
        Bottleneck.Processor => "processor",
        Bottleneck.Rate => "rate",
        _ => "",
    };
}
