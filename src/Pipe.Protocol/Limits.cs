namespace Pipe.Protocol;

/// <summary>Hard maxima of everything on the wire; pipe-protocol(7), LIMITS. A length beyond its limit is an error before it is used.</summary>
internal static class Limits
{
    /// <summary>The version of the protocol that this program speaks.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>Bytes a login shell may print before the marker.</summary>
    public const int MaxNoise = 64 * 1024;

    /// <summary>Payload bytes of a control frame: the largest block and its header.</summary>
    public const int MaxFrame = MaxBlock + BlockHeader.Size;

    /// <summary>Bytes of a name, a command, a message.</summary>
    public const int MaxText = 128 * 1024 - 1;

    /// <summary>Bytes of a version text or an address.</summary>
    public const int MaxShortText = 255;

    /// <summary>Payload bytes of a block.</summary>
    public const int MaxBlock = 4 * 1024 * 1024;

    /// <summary>Bytes of the path of a member of a tree.</summary>
    public const int MaxPath = 4095;

    /// <summary>Bytes of one name in it.</summary>
    public const int MaxName = 255;

    /// <summary>Bytes of the extended attributes of a member of a tree.</summary>
    public const int MaxAttributes = 32 * 1024;

    /// <summary>The least that a side may state as its largest block.</summary>
    public const int MinBlock = 4 * 1024;

    /// <summary>The least bytes of a piece in HaveRanges.</summary>
    public const int MinPiece = 64 * 1024;

    /// <summary>Bytes that travel inside the control channel before data connections are made.</summary>
    public const int InlineBytes = 64 * 1024;

    /// <summary>Blocks on their way inside the control channel, whatever the sink.</summary>
    public const int InlineWindow = 16;

    /// <summary>Data connections of a session.</summary>
    public const int MaxLanes = 64;

    /// <summary>Blocks a sender may have on their way to an ordered sink.</summary>
    public const int MaxWindow = 4096;

    /// <summary>Addresses in one Listening message.</summary>
    public const int MaxAddresses = 16;

    /// <summary>Transports in one Transports message.</summary>
    public const int MaxTransports = 8;

    /// <summary>Bytes of the smallest packet that the datagram channel can be told to use, with the headers of IP and UDP: a Hello must fit.</summary>
    public const int MinMtu = 1280;

    /// <summary>Bytes of the largest packet that the datagram channel can be told to use.</summary>
    public const int MaxMtu = 9000;

    /// <summary>Bytes that the datagram channel may be told to keep at either end.</summary>
    public const int MaxDatagramBuffer = 1 << 30;

    /// <summary>Seconds a connection may take to prove itself.</summary>
    public const int LaneProofSeconds = 5;

    /// <summary>Connections that may be proving themselves at the same time.</summary>
    public const int MaxUnproven = 256;

    /// <summary>Seconds between signs of life on an idle control channel.</summary>
    public const int PingSeconds = 1;

    /// <summary>Seconds between the Pings of a keeper.</summary>
    public const int SparePingSeconds = 3;

    /// <summary>Seconds after which a spare server is not used any more, counted from the last Ping that it has answered.</summary>
    public const int SparePatienceSeconds = 10;

    /// <summary>Seconds without a word after which a spare server ends.</summary>
    public const int SpareUnaskedSeconds = 30;

    /// <summary>Milliseconds that a client waits for the answer of a keeper.</summary>
    public const int KeeperAnswerMilliseconds = 2000;

    /// <summary>Fragments of an interrupted archive that an Accept lists; those after them are made again.</summary>
    public const int MaxKept = (MaxFrame - 1024) / KeptFragment.WireSize;

    /// <summary>Seconds of the longest silence that may be agreed on: a year.</summary>
    public const int MaxTimeoutSeconds = 365 * 86400;

    /// <summary>Bytes of the name of a session.</summary>
    public const int SessionSize = 16;

    /// <summary>Bytes of the secret of a session.</summary>
    public const int SecretSize = 32;

    /// <summary>Bytes of the socket buffer that may be asked for.</summary>
    public const int MaxSocketBuffer = 1 << 30;
}
