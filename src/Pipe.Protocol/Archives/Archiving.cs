namespace Pipe.Protocol;

/// <summary>How an archive is split into fragments when written, or which part of it is read. Part of an Offer whose object is an archive.</summary>
/// <remarks>
/// <code>
///     u16   flags       ArchivingFlags
///     u64   fragment    write: bytes of a fragment
///     u64   stub        write: bytes of the first fragment, which stays on disk; 0: same as the others
///     u32   first       read: first fragment, counted from 1
///     u64   offset      read: offset into the stream, if first is 1
///     u64   length      read: bytes from there; all ones: to the end
///     text  member      read: only this member, by the index; empty: the stream
///     u64   budget      read: bytes that may be recalled in advance
///     text  system      data migration system; empty: detected
///     text  commands    custom commands for it: migrate, state, release, recall, separated by NULs
///     text  filters     filters applied to the stream, for the manifest, separated by NULs
///     text  made        the program that made the archive, for the manifest
/// </code>
/// </remarks>
internal sealed record Archiving
{
    public const long ToTheEnd = -1;

    public ArchivingFlags Flags { get; init; }

    public long Fragment { get; init; }

    public long Stub { get; init; }

    public int First { get; init; } = 1;

    public long Offset { get; init; }

    public long Length { get; init; } = ToTheEnd;

    public string Member { get; init; } = "";

    public long Budget { get; init; }

    public string System { get; init; } = "";

    public string Commands { get; init; } = "";

    public string Filters { get; init; } = "";

    public string Made { get; init; } = "";

    public bool Has(ArchivingFlags flag) => (Flags & flag) != 0;

    public void Write(WireWriter to)
    {
        to.U16((ushort)Flags);
        to.Length(Fragment);
        to.Length(Stub);
        to.U32((uint)First);
        to.Length(Offset);
        to.Length(Length);
        to.Text(Member);
        to.Length(Budget);
        to.Text(System, Limits.MaxShortText);
        to.Text(Commands);
        to.Text(Filters);
        to.Text(Made);
    }

    public static Archiving Read(ref WireReader from) => new()
    {
        Flags = (ArchivingFlags)from.Number(from.U16(), 0, (int)ArchivingFlags.Known, "archiving flags"),
        Fragment = from.Length(),
        Stub = from.Length(),
        First = from.Number(from.U32(), 1, int.MaxValue, "first fragment"),
        Offset = from.Length(),
        Length = from.LengthOrUnknown(),
        Member = from.Text(),
        Budget = from.Length(),
        System = from.Text(Limits.MaxShortText),
        Commands = from.Text(),
        Filters = from.Text(),
        Made = from.Text(),
    };
}
