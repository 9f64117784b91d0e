namespace Pipe.Protocol;

/// <summary>The magic numbers of NBD messages. NBD is big-endian; doc/proto.md of the NBD project specifies it.</summary>
internal static class NbdMagic
{
    public const ulong Greeting = 0x4e42444d41474943; // "NBDMAGIC"
    public const ulong Option = 0x49484156454F5054; // "IHAVEOPT"
    public const ulong OptionReply = 0x3e889045565a9;
    public const uint Request = 0x25609513;
    public const uint SimpleReply = 0x67446698;
    public const uint Chunk = 0x668e33ef;
}

/// <summary>Limits on NBD messages, for both sides.</summary>
internal static class NbdLimits
{
    /// <summary>Maximum payload in bytes that every server accepts in a request.</summary>
    public const int Payload = 32 << 20;

    /// <summary>Maximum bytes of option data. Longer data, up to <see cref="Payload"/>, are read and dropped.</summary>
    public const int Option = 64 << 10;

    /// <summary>Maximum bytes in the name of an export or context.</summary>
    public const int Name = 4096;

    /// <summary>Maximum number of queries in one option.</summary>
    public const int Queries = 64;

    /// <summary>Maximum number of options on one connection.</summary>
    public const int Options = 128;

    /// <summary>Maximum number of extents in a reply to a block status request.</summary>
    public const int Extents = 8192;
}

/// <summary>Flags of the greeting and of the client's reply to it.</summary>
[Flags]
internal enum NbdHandshakeFlags : ushort
{
    None = 0,
    FixedNewstyle = 1,
    NoZeroes = 2,
}

/// <summary>Options that a client sends during the handshake.</summary>
internal enum NbdOption : uint
{
    ExportName = 1,
    Abort = 2,
    List = 3,
    StartTls = 5,
    Info = 6,
    Go = 7,
    StructuredReply = 8,
    ListMetaContext = 9,
    SetMetaContext = 10,
}

/// <summary>Types of replies to an option.</summary>
internal enum NbdOptionReplyType : uint
{
    Ack = 1,
    Server = 2,
    Info = 3,
    MetaContext = 4,
    Unsupported = 0x8000_0001,
    Policy = 0x8000_0002,
    Invalid = 0x8000_0003,
    TlsRequired = 0x8000_0005,
    Unknown = 0x8000_0006,
    TooBig = 0x8000_0009,
}

/// <summary>Types of information about an export.</summary>
internal enum NbdInfo : ushort
{
    Export = 0,
    Name = 1,
    Description = 2,
    BlockSize = 3,
}

/// <summary>Transmission flags: the features of an export.</summary>
[Flags]
internal enum NbdExportFlags : ushort
{
    None = 0,
    HasFlags = 1,
    ReadOnly = 1 << 1,
    Flush = 1 << 2,
    Fua = 1 << 3,
    Trim = 1 << 5,
    WriteZeroes = 1 << 6,
    DontFragment = 1 << 7,
    MultiConn = 1 << 8,
    Cache = 1 << 10,
    FastZero = 1 << 11,
}

internal enum NbdCommand : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
}

[Flags]
internal enum NbdCommandFlags : ushort
{
    None = 0,
    Fua = 1,
    NoHole = 1 << 1,
    DontFragment = 1 << 2,
    OneExtent = 1 << 3,
    FastZero = 1 << 4,
    All = Fua | NoHole | DontFragment | OneExtent | FastZero,
}

/// <summary>Error numbers in replies.</summary>
internal enum NbdError : uint
{
    None = 0,
    NotPermitted = 1,
    Io = 5,
    NoMemory = 12,
    Invalid = 22,
    NoSpace = 28,
    Overflow = 75,
    NotSupported = 95,
    Shutdown = 108,
}

internal enum NbdChunkType : ushort
{
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
    Error = 0x8001,
    ErrorOffset = 0x8002,
}

/// <summary>The status flags of an extent in the context base:allocation.</summary>
[Flags]
internal enum NbdAllocation : uint
{
    Data = 0,
    Hole = 1,
    Zero = 2,
}

/// <summary>Flag tests that never box, unlike <see cref="Enum.HasFlag"/> in unoptimized code.</summary>
internal static class NbdFlagQuestions
{
    public static bool Has(this NbdCommandFlags flags, NbdCommandFlags flag) => (flags & flag) != 0;
}
