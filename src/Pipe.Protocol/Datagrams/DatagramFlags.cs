namespace Pipe.Protocol.Datagrams;

/// <summary>Flags in the header of a Data datagram. The values are on the wire.</summary>
[Flags]
internal enum DatagramFlags : byte
{
    /// <summary>A fragment sent for the first time.</summary>
    None = 0,

    /// <summary>The sender has no more data: acknowledge at once.</summary>
    AckNow = 1,

    /// <summary>The fragment was sent before.</summary>
    Repeated = 2,
}
