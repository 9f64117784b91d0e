namespace Pipe.Protocol;

/// <summary>What limited the rate of a copy for the longest time. The numbers are on the wire.</summary>
internal enum Bottleneck : byte
{
    /// <summary>Never on the wire.</summary>
    Unknown = 0,

    /// <summary>The link is full.</summary>
    Network = 1,

    /// <summary>The link could carry more, but the congestion control does not trust it: it loses packets, or is still being explored.</summary>
    CongestionControl = 2,

    /// <summary>The disk or the command of the sender.</summary>
    Source = 3,

    /// <summary>The disk or the command of the receiver.</summary>
    Sink = 4,

    /// <summary>The buffer of a socket is too small for the link.</summary>
    SocketBuffer = 5,

    /// <summary>The processor of the sender.</summary>
    Processor = 6,

    /// <summary>The rate that the user asked for.</summary>
    Rate = 7,
}
