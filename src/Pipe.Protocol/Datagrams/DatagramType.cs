namespace Pipe.Protocol.Datagrams;

/// <summary>What a datagram is. The numbers are on the wire.</summary>
internal enum DatagramType : byte
{
    /// <summary>Asks for a connection and proves the secret.</summary>
    Hello = 1,

    /// <summary>Answers a Hello and proves the secret.</summary>
    Welcome = 2,

    /// <summary>A fragment of a block.</summary>
    Data = 3,

    /// <summary>Which datagrams arrived.</summary>
    Ack = 4,

    /// <summary>Which blocks may be sent and which are finished.</summary>
    Credit = 5,

    /// <summary>What the sender needs to hear no more.</summary>
    Floor = 6,

    /// <summary>Asks for an Ack and a Credit; padded, it tries a datagram size.</summary>
    Probe = 7,

    /// <summary>Asks whether the peer is at a new address.</summary>
    Challenge = 8,

    /// <summary>Answers a Challenge from the address where it arrived.</summary>
    Response = 9,

    /// <summary>Ends the connection.</summary>
    Close = 10,
}
