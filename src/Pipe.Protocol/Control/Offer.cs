namespace Pipe.Protocol;

/// <summary>What the initiator wants, and the secret of the session. Sent right behind Hello, before anything is read.</summary>
/// <remarks>
/// <code>
///     u8    session[16]   random name of the session, no secret
///     u8    secret[32]    proves data connections; never leaves the control channel
///     u8    role          1 the responder sends, 2 the responder receives
///     u8    kind          ResourceKind of the responder's object
///     text  directory     of an archive all directories, with a NUL between them
///     text  name          of the file, or the command; of a tree all names, of a program all words, with a NUL between them
///     u64   size          of a pattern
///     u16   tree          TreeFlags
///     text  excluded      patterns of what a tree leaves out, with a NUL between them
///     u8    digest        DigestKind
///     u8    flags         1 write in place, 2 the receiver asks for what it wants
///     u8    protection    Protection of data connections
///     u8    way           ConnectMode: how they come about
///     text  host          address to use for them instead of what ssh used; may be empty
///     u16   lanes         data connections to begin with; 0: none
///     u16   most          data connections at most
///     u16   ports.low     0 0: any
///     u16   ports.high
///     u32   buffer        socket buffer of a data connection, 0: the kernel's
///     u64   rate          bytes a second at most, 0: no limit
///     u32   timeout       seconds a peer may be silent
///     u32   patience      seconds without progress to wait for space, or for what is on tape; 0: none
///     ...   archiving     Archiving, if the object is an archive, else nothing
///     ...   terms         Terms of the initiator
///     text  asked         of a tree that comes from a host which need not be trusted: the names it was asked for, with a NUL between them; else empty
/// </code>
/// </remarks>
internal readonly record struct Offer(
    byte[] Session,
    byte[] Secret,
    Role Role,
    Resource Resource,
    DigestKind Digest,
    bool InPlace,
    Protection Protection,
    ConnectMode ConnectMode,
    string DataHost,
    int Lanes,
    int MostLanes,
    int LowPort,
    int HighPort,
    int Buffer,
    long Rate,
    int TimeoutSeconds,
    int PatienceSeconds,
    Archiving? Archiving,
    Terms Terms,
    string Asked = "",
    bool OnDemand = false) : IMessage<Offer>
{
    private const byte FlagInPlace = 1;
    private const byte FlagOnDemand = 2;
    private const int RoleAt = Limits.SessionSize + Limits.SecretSize;

    public static MessageType Type => MessageType.Offer;

    /// <summary>A file is to be resumed: its receiver says what it has before the first block.</summary>
    public bool Resumes => Resource.Kind == ResourceKind.File && Resource.Flags.HasFlag(TreeFlags.Resume);

    public void Write(WireWriter to)
    {
        to.Bytes(Session);
        to.Bytes(Secret);
        to.U8((byte)Role);
        to.U8((byte)Resource.Kind);
        to.Text(Resource.Directory);
        to.Text(Resource.Text);
        to.Length(Resource.Size);
        to.U16((ushort)Resource.Flags);
        to.Text(Resource.Excluded);
        to.U8((byte)Digest);
        to.U8((byte)((InPlace ? FlagInPlace : 0) | (OnDemand ? FlagOnDemand : 0)));
        to.U8((byte)Protection);
        to.U8((byte)ConnectMode);
        to.Text(DataHost, Limits.MaxShortText);
        to.U16(Lanes);
        to.U16(MostLanes);
        to.U16(LowPort);
        to.U16(HighPort);
        to.U32((uint)Buffer);
        to.Length(Rate);
        to.U32((uint)TimeoutSeconds);
        to.U32((uint)PatienceSeconds);
        Archiving?.Write(to);
        Terms.Write(to);
        to.Text(Asked);
    }

    public static Offer Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "offer");
        Resource resource;
        byte flags;
        var offer = new Offer(
            from.Bytes(Limits.SessionSize),
            from.Bytes(Limits.SecretSize),
            (Role)from.Choice((byte)Role.Sender, (byte)Role.Receiver, "role"),
            resource = ReadResource(ref from),
            (DigestKind)from.Choice((byte)DigestKind.None, (byte)DigestKind.Sha256, "digest"),
            ((flags = from.Choice(0, FlagInPlace | FlagOnDemand, "flags")) & FlagInPlace) != 0,
            (Protection)from.Choice((byte)Protection.Clear, (byte)Protection.Encrypt, "protection"),
            (ConnectMode)from.Choice((byte)ConnectMode.Auto, (byte)ConnectMode.Ssh, "way"),
            from.Text(Limits.MaxShortText),
            from.Number(from.U16(), 0, Limits.MaxLanes, "lanes"),
            from.Number(from.U16(), 0, Limits.MaxLanes, "lanes at most"),
            from.U16(),
            from.U16(),
            from.Number(from.U32(), 0, Limits.MaxSocketBuffer, "socket buffer"),
            from.Length(),
            from.Number(from.U32(), 1, Limits.MaxTimeoutSeconds, "timeout"),
            from.Number(from.U32(), 0, Limits.MaxTimeoutSeconds, "patience"),
            resource.Kind == ResourceKind.Archive ? Archiving.Read(ref from) : null,
            Terms.Read(ref from),
            from.Text(),
            (flags & FlagOnDemand) != 0);
        from.End();
        if (offer.LowPort > offer.HighPort)
        {
            ProtocolException.Throw("offer: a port range that ends before it starts");
        }

        if (offer.Lanes > offer.MostLanes)
        {
            ProtocolException.Throw("offer: more lanes to begin with than at most");
        }

        return offer;
    }

    /// <summary>Which way blocks go, of an Offer that need not be valid: then it does not matter.</summary>
    public static Role RoleIn(ReadOnlySpan<byte> payload) => payload.Length > RoleAt ? (Role)payload[RoleAt] : Role.Receiver;

    private static Resource ReadResource(ref WireReader from)
    {
        var resource = new Resource(
            (ResourceKind)from.Choice((byte)ResourceKind.File, (byte)ResourceKind.Program, "kind of object"),
            from.Text(),
            from.Text(),
            from.Length(),
            (TreeFlags)from.Number(from.U16(), 0, (int)TreeFlags.Known, "tree flags"),
            from.Text());

        // The system would take what stands in front of it for the whole name.
        var (manyDirectories, manyNames) = (resource.Kind == ResourceKind.Archive, resource.Kind is ResourceKind.Tree or ResourceKind.Program);
        if ((!manyDirectories && resource.Directory.Contains('\0')) || (!manyNames && resource.Text.Contains('\0')))
        {
            ProtocolException.Throw("offer: a name with a NUL in it");
        }

        return resource;
    }
}
