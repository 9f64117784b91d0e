namespace Pipe.Protocol;

/// <summary>Numbers that messages of NBD begin with. All of NBD is big-endian; its document is doc/proto.md of the NBD project.</summary>
internal static class NbdMagic
{
    public const ulong Greeting = 0x4e42444d41474943; // "NBDMAGIC"
    public const ulong Option = 0x49484156454F5054; // "IHAVEOPT"
    public const ulong OptionReply = 0x3e889045565a9;
    public const uint Request = 0x25609513;
    public const uint SimpleReply = 0x67446698;
    public const uint Chunk = 0x668e33ef;
}

/// <summary>What both sides of NBD keep to.</summary>
internal static class NbdLimits
{
    /// <summary>Bytes of one request that every server has to take.</summary>
    public const int Payload = 32 << 20;

    /// <summary>Bytes of the data of an option; more are read and dropped up to <see cref="Payload"/>.</summary>
    public const int Option = 64 << 10;

    /// <summary>Bytes of the name of an export or of a context.</summary>
    public const int Name = 4096;

    /// <summary>Queries of one option.</summary>
    public const int Queries = 64;

    /// <summary>Options of one connection.</summary>
    public const int Options = 128;

    /// <summary>Extents of one reply to a block status request.</summary>
    public const int Extents = 8192;
}

/// <summary>Flags of the greeting, and of the client's answer to it.</summary>
[Flags]
internal enum NbdHandshakeFlags : ushort
{
    None = 0,
    FixedNewstyle = 1,
    NoZeroes = 2,
}

/// <summary>What a client asks for before it uses an export.</summary>
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

/// <summary>Answers to an option.</summary>
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

/// <summary>What a server says of an export.</summary>
internal enum NbdInfo : ushort
{
    Export = 0,
    Name = 1,
    Description = 2,
    BlockSize = 3,
}

/// <summary>What an export can do.</summary>
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
}

/// <summary>Why a request failed.</summary>
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

/// <summary>Of a stretch, in the context base:allocation.</summary>
[Flags]
internal enum NbdAllocation : uint
{
    Data = 0,
    Hole = 1,
    Zero = 2,
}

/// <summary>Questions about flags that box nothing, however the code was compiled.</summary>
internal static class NbdFlagQuestions
{
    public static bool Has(this NbdCommandFlags flags, NbdCommandFlags flag) => (flags & flag) != 0;
}
