namespace Pipe.Protocol.Tests;

/// <summary>A <see cref="TreeEntry"/> that can be kept, with arrays in place of spans.</summary>
internal sealed record Entry(EntryKind Kind, byte[] Path)
{
    public PieceOrigin Origin { get; init; }

    public int Mode { get; init; }

    public uint Owner { get; init; }

    public uint Group { get; init; }

    public uint Nanoseconds { get; init; }

    public long Seconds { get; init; }

    public long Size { get; init; }

    public long Offset { get; init; }

    public long Span { get; init; }

    public byte[] Text { get; init; } = [];

    public byte[] Attributes { get; init; } = [];

    public byte[] Data { get; init; } = [];

    public byte[] Packed
    {
        get
        {
            var entry = new TreeEntry
            {
                Kind = Kind,
                Origin = Origin,
                Mode = Mode,
                Owner = Owner,
                Group = Group,
                Nanoseconds = Nanoseconds,
                Seconds = Seconds,
                Size = Size,
                Offset = Offset,
                Span = Span,
                Path = Path,
                Text = Text,
                Attributes = Attributes,
            };
            var packed = new byte[entry.OverheadSize + Data.Length];
            Data.CopyTo(packed, entry.Write(packed, Data.Length));
            return packed;
        }
    }

    /// <summary>All entries of a block.</summary>
    public static List<Entry> ReadAll(ReadOnlySpan<byte> block)
    {
        var entries = new List<Entry>();
        while (!block.IsEmpty)
        {
            entries.Add(Of(TreeEntry.Read(ref block)));
        }

        return entries;
    }

    /// <summary>A whole file.</summary>
    public static Entry File(string path, ReadOnlySpan<byte> data) =>
        new(EntryKind.File, RawText.Encode(path)) { Mode = 0x1A4, Seconds = 1_000_000_000, Size = data.Length, Span = data.Length, Data = data.ToArray() };

    public static Entry Directory(string path) => new(EntryKind.Directory, RawText.Encode(path)) { Mode = 0x1ED, Seconds = 1_000_000_000 };

    private static Entry Of(scoped in TreeEntry entry) => new(entry.Kind, entry.Path.ToArray())
    {
        Origin = entry.Origin,
        Mode = entry.Mode,
        Owner = entry.Owner,
        Group = entry.Group,
        Nanoseconds = entry.Nanoseconds,
        Seconds = entry.Seconds,
        Size = entry.Size,
        Offset = entry.Offset,
        Span = entry.Span,
        Text = entry.Text.ToArray(),
        Attributes = entry.Attributes.ToArray(),
        Data = entry.Data.ToArray(),
    };
}
