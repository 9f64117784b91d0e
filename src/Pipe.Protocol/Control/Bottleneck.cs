namespace Pipe.Protocol;

/// <summary>The factor that limited the rate of a copy for most of the time. The numbers are on the wire.</summary>
internal enum Bottleneck : byte
{
    /// <summary>Never on the wire.</summary>
    Unknown = 0,

    /// <summary>The link is full.</summary>
    Network = 1,

    /// <summary>The link has more bandwidth than the congestion window allows, after packet loss or during slow start.</summary>
    CongestionControl = 2,

    /// <summary>The sender's disk or command.</summary>
    Source = 3,

    /// <summary>The receiver's disk or command.</summary>
    Sink = 4,

    /// <summary>A socket buffer is too small for the link.</summary>
    SocketBuffer = 5,

    /// <summary>The sender's processor.</summary>
    Processor = 6,

    /// <summary>The rate limit that the user set.</summary>
    Rate = 7,
}
