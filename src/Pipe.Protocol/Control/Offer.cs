namespace Pipe.Protocol;

/// <summary>The initiator's request, with the secret of the session. Sent directly after Hello, before the first read.</summary>
/// <remarks>
/// <code>
///     u8    session[16]   random session id, not secret
///     u8    secret[32]    authenticates data connections; never leaves the control channel
///     u8    role          1 the responder sends, 2 receives, 3 is a node of a chain
///     u8    kind          ResourceKind of the responder's object
///     text  directory     for an archive all directories, separated by NULs
///     text  name          of the file, or the command; for a tree all names, for a program all words, separated by NULs
///     u64   size          of a pattern
///     u16   tree          TreeFlags
///     text  excluded      exclusion patterns of a tree, separated by NULs
///     u8    digest        DigestKind
///     u8    flags         1 write in place, 2 the receiver asks for each range
///     u8    protection    Protection of data connections
///     u8    way           ConnectMode
///     text  host          address for data connections, instead of the one ssh used; may be empty
///     u16   lanes         initial number of data connections; 0: none
///     u16   most          maximum number of data connections
///     u16   ports.low     0 0: any
///     u16   ports.high
///     u32   buffer        socket buffer of a data connection, 0: the kernel's
///     u64   rate          limit in bytes per second, 0: none
///     u32   timeout       seconds a peer may be silent
///     u32   patience      seconds without progress to wait for space or tape; 0: none
///     ...   archiving     Archiving, if the object is an archive, else nothing
///     ...   chaining      Chaining, if the responder is a node of a chain, else nothing
///     ...   terms         Terms of the initiator
///     text  asked         for a tree from an untrusted host: the names requested, separated by NULs; else empty
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
    bool OnDemand = false,
    Chaining? Chaining = null) : IMessage<Offer>
{
    private const byte FlagInPlace = 1;
    private const byte FlagOnDemand = 2;
    private const int RoleAt = Limits.SessionSize + Limits.SecretSize;

    public static MessageType Type => MessageType.Offer;

    /// <summary>Whether a file is to be resumed: the receiver sends HaveRanges before the first block.</summary>
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
        Chaining?.Write(to);
        Terms.Write(to);
        to.Text(Asked);
    }

    public static Offer Read(ReadOnlySpan<byte> payload)
    {
        var from = new WireReader(payload, "offer");
        Role role;
        Resource resource;
        byte flags;
        Chaining? chaining;
        var offer = new Offer(
            from.Bytes(Limits.SessionSize),
            from.Bytes(Limits.SecretSize),
            role = (Role)from.Choice((byte)Role.Sender, (byte)Role.Node, "role"),
            resource = ReadResource(ref from, role),
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
            ReadTerms(ref from, role, out chaining),
            from.Text(),
            (flags & FlagOnDemand) != 0,
            chaining);
        from.End();
        if (offer.LowPort > offer.HighPort)
        {
            ProtocolException.Throw("offer: a port range that ends before it starts");
        }

        if (offer.Lanes > offer.MostLanes)
        {
            ProtocolException.Throw("offer: more initial lanes than the maximum");
        }

        return offer;
    }

    /// <summary>The role in an Offer that may be malformed, in which case any role will do.</summary>
    public static Role RoleIn(ReadOnlySpan<byte> payload) => payload.Length > RoleAt ? (Role)payload[RoleAt] : Role.Receiver;

    private static Terms ReadTerms(ref WireReader from, Role role, out Chaining? chaining)
    {
        chaining = role == Role.Node ? Protocol.Chaining.Read(ref from) : null;
        return Terms.Read(ref from);
    }

    private static Resource ReadResource(ref WireReader from, Role role)
    {
        var last = role == Role.Node ? ResourceKind.Filtered : ResourceKind.Program;
        var resource = new Resource(
            (ResourceKind)from.Choice((byte)ResourceKind.File, (byte)last, "kind of object"),
            from.Text(),
            from.Text(),
            from.Length(),
            (TreeFlags)from.Number(from.U16(), 0, (int)TreeFlags.Known, "tree flags"),
            from.Text());

        // A NUL would truncate the name in a system call.
        var (manyDirectories, manyNames) = (resource.Kind == ResourceKind.Archive, resource.Kind is ResourceKind.Tree or ResourceKind.Program);
        if ((!manyDirectories && resource.Directory.Contains('\0')) || (!manyNames && resource.Text.Contains('\0')))
        {
            ProtocolException.Throw("offer: a name with a NUL in it");
        }

        return resource;
    }
}
