using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Names of bottlenecks for messages and events.</summary>
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
