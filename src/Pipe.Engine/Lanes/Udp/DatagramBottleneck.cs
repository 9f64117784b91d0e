using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Maps the state of a sender of datagrams to the bottleneck of a copy.</summary>
internal static class DatagramBottleneck
{
    /// <param name="cause">The sender's own limit that applied for the longest time; empty if unknown.</param>
    /// <param name="drops">Datagrams that the receiver's socket has dropped.</param>
    /// <param name="sent">Datagrams sent.</param>
    /// <param name="isSleepless">Whether the sender's thread has been busy nearly all the time.</param>
    public static Bottleneck Of(string cause, long drops, long sent, bool isSleepless) => cause switch
    {
        "" => Bottleneck.Unknown,
        _ when drops * 100 > sent => Bottleneck.SocketBuffer,
        "source" => Bottleneck.Source,
        "receiver" => Bottleneck.Sink,
        "buffer" => Bottleneck.SocketBuffer,
        "ceiling" => Bottleneck.Rate,
        _ when isSleepless => Bottleneck.Processor,
        "startup" or "loss" or "brake" => Bottleneck.CongestionControl,
        _ => Bottleneck.Network,
    };
}
