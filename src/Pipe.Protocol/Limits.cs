namespace Pipe.Protocol;

/// <summary>Hard limits of the protocol; pipe-protocol(7), LIMITS. Every length is checked against its limit before use.</summary>
internal static class Limits
{
    /// <summary>Protocol version of this program.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>Bytes a login shell may print before the marker.</summary>
    public const int MaxNoise = 64 * 1024;

    /// <summary>Payload bytes of a control frame: the largest block and its header.</summary>
    public const int MaxFrame = MaxBlock + BlockHeader.Size;

    /// <summary>Bytes of a name, a command or a message.</summary>
    public const int MaxText = 128 * 1024 - 1;

    /// <summary>Bytes of a version text or an address.</summary>
    public const int MaxShortText = 255;

    /// <summary>Payload bytes of a block.</summary>
    public const int MaxBlock = 4 * 1024 * 1024;

    /// <summary>Bytes of the path of a member of a tree.</summary>
    public const int MaxPath = 4095;

    /// <summary>Bytes of one name in a path.</summary>
    public const int MaxName = 255;

    /// <summary>Bytes of the extended attributes of a member of a tree.</summary>
    public const int MaxAttributes = 32 * 1024;

    /// <summary>The smallest maximum block size that a side may state.</summary>
    public const int MinBlock = 4 * 1024;

    /// <summary>Bytes of the smallest piece in HaveRanges.</summary>
    public const int MinPiece = 64 * 1024;

    /// <summary>Bytes that travel inside the control channel before data connections are made.</summary>
    public const int InlineBytes = 64 * 1024;

    /// <summary>Blocks in flight inside the control channel, for any sink.</summary>
    public const int InlineWindow = 16;

    /// <summary>Data connections of a session.</summary>
    public const int MaxLanes = 64;

    /// <summary>Blocks that a sender may have in flight to an ordered sink.</summary>
    public const int MaxWindow = 4096;

    /// <summary>Addresses in one Listening message.</summary>
    public const int MaxAddresses = 16;

    /// <summary>Transports in one Transports message.</summary>
    public const int MaxTransports = 8;

    /// <summary>Smallest packet size of the datagram channel, including IP and UDP headers: a Hello must fit.</summary>
    public const int MinMtu = 1280;

    /// <summary>Largest packet size of the datagram channel.</summary>
    public const int MaxMtu = 9000;

    /// <summary>Largest buffer of the datagram channel at either end, in bytes.</summary>
    public const int MaxDatagramBuffer = 1 << 30;

    /// <summary>Seconds in which a data connection must authenticate.</summary>
    public const int LaneProofSeconds = 5;

    /// <summary>Connections that may be authenticating at the same time.</summary>
    public const int MaxUnproven = 256;

    /// <summary>Seconds between signs of life on an idle control channel.</summary>
    public const int PingSeconds = 1;

    /// <summary>Seconds between a keeper's Pings to a spare server.</summary>
    public const int SparePingSeconds = 3;

    /// <summary>Seconds since its last Pong after which a spare server is no longer used.</summary>
    public const int SparePatienceSeconds = 10;

    /// <summary>Seconds without a message after which a spare server exits.</summary>
    public const int SpareUnaskedSeconds = 30;

    /// <summary>Milliseconds that a client waits for a keeper's answer.</summary>
    public const int KeeperAnswerMilliseconds = 2000;

    /// <summary>Fragments that an Accept can list; later ones are sent again.</summary>
    public const int MaxKept = (MaxFrame - 1024) / KeptFragment.WireSize;

    /// <summary>Ranges in one Held.</summary>
    public const int MaxHeldRanges = 256;

    /// <summary>Bytes of blocks that a node of a chain keeps in memory.</summary>
    public const long MaxChainMemory = 1L << 40;

    /// <summary>Longest timeout in seconds: a year.</summary>
    public const int MaxTimeoutSeconds = 365 * 86400;

    /// <summary>Longest announced pause in seconds: a week.</summary>
    public const int MaxPauseSeconds = 7 * 86400;

    /// <summary>Bytes of a session id.</summary>
    public const int SessionSize = 16;

    /// <summary>Bytes of a session secret.</summary>
    public const int SecretSize = 32;

    /// <summary>Largest socket buffer in bytes.</summary>
    public const int MaxSocketBuffer = 1 << 30;
}
