namespace Pipe.Protocol;

/// <summary>How an archive is cut on its way in, or which part of it is read. Part of Offer where the object is an archive.</summary>
/// <remarks>
/// <code>
///     u16   flags       ArchivingFlags
///     u64   fragment    to write: bytes of a fragment
///     u64   stub        to write: bytes of the first one, which stays on disk; 0: it is like the others
///     u32   first       to read: fragment to begin with, counted from 1
///     u64   offset      to read: byte of the stream to begin with, if first is 1
///     u64   length      to read: bytes from there; all ones: to the end
///     text  member      to read: only this member, by the index; empty: the stream
///     u64   budget      to read: bytes that may be recalled ahead
///     text  system      data migration system; empty: whichever is there
///     text  commands    own commands for it: migrate, state, release, recall, with a NUL between them
///     text  filters     what the stream went through, for the manifest, with a NUL between them
///     text  made        by what it was made, for the manifest
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
