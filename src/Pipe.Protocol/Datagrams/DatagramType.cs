namespace Pipe.Protocol.Datagrams;

/// <summary>The type of a datagram. The values are on the wire.</summary>
internal enum DatagramType : byte
{
    /// <summary>Requests a connection and proves the secret.</summary>
    Hello = 1,

    /// <summary>Answers a Hello and proves the secret.</summary>
    Welcome = 2,

    /// <summary>A fragment of a block.</summary>
    Data = 3,

    /// <summary>Reports the datagrams that arrived.</summary>
    Ack = 4,

    /// <summary>Reports the blocks that may be sent and those that are finished.</summary>
    Credit = 5,

    /// <summary>Tells the receiver which state it may forget.</summary>
    Floor = 6,

    /// <summary>Requests an Ack and a Credit; padded, it tests a datagram size.</summary>
    Probe = 7,

    /// <summary>Asks the peer to confirm a new address.</summary>
    Challenge = 8,

    /// <summary>Answers a Challenge from the address where it arrived.</summary>
    Response = 9,

    /// <summary>Ends the connection.</summary>
    Close = 10,
}
