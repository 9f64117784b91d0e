namespace Pipe.Protocol.Datagrams;

/// <summary>Bits in the header of a Data datagram. The numbers are on the wire.</summary>
[Flags]
internal enum DatagramFlags : byte
{
    /// <summary>A fragment sent for the first time.</summary>
    None = 0,

    /// <summary>The sender has nothing further to send: acknowledge at once.</summary>
    AckNow = 1,

    /// <summary>The fragment was sent before.</summary>
    Repeated = 2,
}
