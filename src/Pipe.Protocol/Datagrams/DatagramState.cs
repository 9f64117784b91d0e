namespace Pipe.Protocol.Datagrams;

/// <summary>The states of a connection of the datagram channel; see pipe-protocol(7), Datagram states.</summary>
internal enum DatagramState
{
    /// <summary>The connecting side repeats its Hello.</summary>
    Calling,

    /// <summary>The listening side waits for a Hello.</summary>
    Listening,

    /// <summary>The listening side has sent a Welcome and waits for a datagram that the new keys open.</summary>
    Answering,

    /// <summary>Both sides have proved the secret; fragments travel.</summary>
    Open,

    /// <summary>One side has sent a Close, or the Hello was not answered.</summary>
    Closed,
}
