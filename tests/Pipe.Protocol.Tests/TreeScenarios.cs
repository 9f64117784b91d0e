namespace Pipe.Protocol.Tests;

/// <summary>The vectors of trees: a block of entries, good or with a single thing wrong.</summary>
internal static class TreeScenarios
{
    // Where the fields of an entry start.
    private const int Kind = 0;
    private const int Origin = 1;
    private const int PathLength = 2;
    private const int Mode = 6;
    private const int Nanoseconds = 16;
    private const int Size = 28;
    private const int Offset = 36;
    private const int Span = 44;
    private const int AttributesLength = 52;
    private const int DataLength = 56;
    private const int Zero = 60;

    private static readonly Entry Plain = Entry.File("dir/name", Samples.Payload);

    public static IReadOnlyList<Vector> All { get; } = [.. Kinds(), .. Pieces(), .. Paths(), .. Fields(), .. Lengths()];

    private static IEnumerable<Vector> Kinds()
    {
        yield return Good("whole_file", "a small file, all of it", Plain);
        yield return Good("directory", "a directory and what is in it", Samples.TreeBlock);
        yield return Good("contents", "an empty path: the directory at the top is the target itself", Entry.Directory(""));
        yield return Good("empty_file", "a file of no bytes", Entry.File("empty", []));
        yield return Good("symbolic_link", "a symbolic link may lead anywhere", Named(EntryKind.SymbolicLink, "link", "../../etc/passwd"));
        yield return Good("hard_link", "another name of a member", Named(EntryKind.HardLink, "dir/other", "dir/name"));
        yield return Good("fifo", "a fifo", Named(EntryKind.Fifo, "fifo", ""));
        yield return Good("socket", "a socket", Named(EntryKind.Socket, "socket", ""));
        yield return Good("device", "/dev/null: its number is 1, 3", Named(EntryKind.CharacterDevice, "null", "") with { Mode = 0x1B6, Size = (1L << 32) | 3 });
        yield return Good("block_device", "a block device", Named(EntryKind.BlockDevice, "disk", "") with { Mode = 0x180, Size = 8L << 32 });
        yield return Good("error", "a member that cannot be read, and why", Named(EntryKind.Error, "dir/secret", "dir/secret: permission denied"));
        yield return Good("digests", "digests in place of the bytes of a piece", Plain with { Kind = EntryKind.Digests, Data = new byte[PieceDigest.Size] });
        yield return Good("no_digests", "a file that the target has, of which nobody wants digests", Plain with { Kind = EntryKind.Digests, Data = [] });
        yield return Good("difference", "a member that is not the same on both sides", Named(EntryKind.Difference, "dir/name", "") with { Mode = (int)Difference.Changed });
        yield return Good("difference_aspects", "a member whose mode and time are not the same on both sides", Named(EntryKind.Difference, "dir/name", "") with { Mode = (int)Difference.Changed, Size = (long)(Aspects.Mode | Aspects.Time) });
        yield return Good("difference_kind", "a directory on one side, something else on the other", Named(EntryKind.Difference, "dir/name", "") with { Mode = (int)Difference.Changed, Size = (long)Aspects.Kind });
        yield return Good("left_out", "a mount point, of which the members do not come", Entry.Directory("mnt") with { Size = EntryMark.LeftOut });
        yield return Good("source", "a directory that was asked for itself", Entry.Directory("dir") with { Size = EntryMark.Source });
        yield return Good("mounted", "a directory of the target that is a mount point", Entry.Directory("dir/mnt") with { Size = EntryMark.Mounted });
        yield return Good("needed", "a directory of the target that holds what is excluded", Entry.Directory("dir/deep") with { Size = EntryMark.Needed });
        yield return Good("reached", "a directory that a symbolic link of the target leads to", Entry.Directory("link") with { Size = EntryMark.Reached });
        yield return Good("digests_identity", "a file that the target has, and which file it is", Plain with { Kind = EntryKind.Digests, Data = [], Text = "fe01:2a 99aa06d3014798d86001c324468d497f"u8.ToArray() });
        yield return Good("torn", "a file that changed while it was read", Named(EntryKind.Error, "log", "log: the file changed while it was read") with { Size = EntryMark.Torn });
        yield return Good("lessened", "a file that is sent without one of its attributes", Named(EntryKind.Error, "file", "file: the attribute user.x of 40000 bytes cannot be kept") with { Size = EntryMark.Lessened });
        yield return Good("attributes", "a file with an extended attribute", Plain with { Attributes = [6, 0, 1, 0, .. "user.x1"u8] });
        yield return Good("limits", "every number of an entry at its upper limit", Plain with
        {
            Mode = 0xFFF,
            Owner = uint.MaxValue,
            Group = uint.MaxValue,
            Nanoseconds = 999_999_999,
            Seconds = long.MaxValue,
            Size = long.MaxValue,
            Offset = long.MaxValue - 4,
        });
        yield return Good("time_before_1970", "times are signed", Plain with { Seconds = -1 });
        yield return Bad("kind_0", "entry kind 0", "an entry of unknown kind 0, 0", Kind, [0]);
        yield return Bad("kind_12", "entry kind 12", "an entry of unknown kind 12, 0", Kind, [12]);
        yield return Bad("digest_size", "a digest of 32 bytes", "32 bytes in a Digests", Plain with { Kind = EntryKind.Digests, Data = new byte[32] });
        yield return Bad("difference_0", "a difference that is none", "a difference of unknown kind 0", Named(EntryKind.Difference, "dir/name", "") with { Mode = 0 });
        yield return Bad("difference_4", "a difference that nobody knows", "a difference of unknown kind 4", Named(EntryKind.Difference, "dir/name", "") with { Mode = 4 });
        yield return Bad("directory_data", "a directory with bytes in it", "4 bytes in a Directory", Entry.Directory("dir") with { Data = [1, 2, 3, 4] });
        yield return Bad("link_origin", "only pieces of files have an origin", "0 bytes in a SymbolicLink", Named(EntryKind.SymbolicLink, "link", "to") with { Origin = PieceOrigin.Hole });
        yield return Bad("file_top", "a file in place of the directory at the top", "a File at the top", Entry.File("", []));
        yield return Bad("link_top", "a hard link in place of the directory at the top", "a HardLink at the top", Named(EntryKind.HardLink, "", "dir/name"));
    }

    private static IEnumerable<Vector> Pieces()
    {
        var piece = Plain with { Size = 1 << 30, Offset = 4096 };
        yield return Good("piece", "4 bytes somewhere in a large file", piece);
        yield return Good("hole", "a stretch of zeros that takes no space", piece with { Origin = PieceOrigin.Hole, Span = 1 << 20, Data = [] });
        yield return Good("there", "a stretch that the target has already", piece with { Origin = PieceOrigin.There, Span = 1 << 20, Data = [] });
        yield return Good("hole_whole", "the largest file is nothing but a hole", piece with { Origin = PieceOrigin.Hole, Size = long.MaxValue, Offset = 0, Span = long.MaxValue, Data = [] });
        yield return Bad("origin_3", "piece origin 3", "an entry of unknown kind 1, 3", Origin, [3]);
        yield return Bad("size_negative", "a file of -1 bytes", "a piece of 4 bytes at 0 of a file of -1", Plain with { Size = -1 });
        yield return Bad("offset_negative", "a piece in front of the file", "a piece of 4 bytes at -4 of a file of 4", Plain with { Offset = -4 });
        yield return Bad("span_negative", "a piece of -4 bytes", "a piece of -4 bytes at 4 of a file of 4", Plain with { Offset = 4, Span = -4 });
        yield return Bad("span_0", "a piece of no bytes of a file that has some", "a piece of 0 bytes at 0 of a file of 4", Plain with { Span = 0, Data = [] });
        yield return Bad("beyond_end", "a piece that goes on behind the end", "a piece of 4 bytes at 1 of a file of 4", Plain with { Offset = 1 });
        yield return Bad("sum_overflow", "offset and span of a piece together are more than 2^63", $"a piece of 4 bytes at {long.MaxValue} of a file of {long.MaxValue}", Plain with { Size = long.MaxValue, Offset = long.MaxValue });
        yield return Bad("data_short", "less data than the piece covers", "4 bytes for a piece of 5", Plain with { Size = 5, Span = 5 });
        yield return Bad("data_long", "more data than the piece covers", "4 bytes for a piece of 3", Plain with { Span = 3 });
        yield return Bad("hole_data", "a hole with data", "4 bytes for a piece of 4", Plain with { Origin = PieceOrigin.Hole });
        yield return Bad("there_data", "data that the target is said to have", "4 bytes for a piece of 4", Plain with { Origin = PieceOrigin.There });
    }

    private static IEnumerable<Vector> Paths()
    {
        const string longest = "the longest path, of the longest names";
        var name = new string('n', Limits.MaxName);
        var path = string.Join('/', Enumerable.Repeat(name, (Limits.MaxPath + 1) / (Limits.MaxName + 1)));
        yield return Good("path_longest", longest, Entry.File(path, []));
        yield return Good("path_dots", "names of three dots, or with dots in them, are names", Entry.File(".../..a/a..", []));
        yield return Good("path_bytes", "a name is any bytes: not UTF-8, a newline, an escape", new Entry(EntryKind.Directory, [0xFF, 0x0A, 0x1B, 0x80]));
        yield return Path("path_up", "a path that starts with ..", "../name");
        yield return Path("path_up_inside", "a path with .. in it", "dir/../../name");
        yield return Path("path_up_end", "a path that ends in ..", "dir/..");
        yield return Path("path_here", "a path with . in it", "dir/./name");
        yield return Path("path_absolute", "an absolute path", "/etc/passwd");
        yield return Path("path_empty_name", "an empty name in a path", "dir//name");
        yield return Path("path_slash", "a slash at the end of a path", "dir/");
        yield return Path("path_only_slash", "nothing but a slash", "/");
        yield return Path("name_too_long", "one byte more than a name in a path may have", name + "n");
        yield return Bad("path_nul", "a path with a NUL in it", "a path with a NUL in it", Entry.File("a\0b", []));
        yield return Bad("path_too_long", "one byte more than a path may have", $"a path of {Limits.MaxPath + 1} bytes, more than {Limits.MaxPath}", Entry.File(path + "n", []));
        yield return Bad("hard_link_up", "a hard link to what lies outside", "../secret: not a path below the top of a tree", Named(EntryKind.HardLink, "link", "../secret"));
        yield return Bad("hard_link_absolute", "a hard link to an absolute path", "/etc/shadow: not a path below the top of a tree", Named(EntryKind.HardLink, "link", "/etc/shadow"));

        static Vector Path(string name, string comment, string path) => Bad(name, comment, $"{path}: not a path below the top of a tree", Entry.File(path, []));
    }

    private static IEnumerable<Vector> Fields()
    {
        yield return Bad("mode", "a bit beyond the permissions of a member", "permission bits 1000, 0 nanoseconds", Mode, Scenarios.U16(0x1000));
        yield return Bad("nanoseconds", "a second of 1,000,000,000 nanoseconds", "permission bits 1a4, 1000000000 nanoseconds", Nanoseconds, Scenarios.U32(1_000_000_000));
        yield return Bad("text_too_long", "one byte more than the target of a link may have", $"a text of {Limits.MaxPath + 1} bytes, attributes of 0", Named(EntryKind.SymbolicLink, "link", new string('t', Limits.MaxPath + 1)));
        yield return Bad("attributes_too_long", "one byte more than attributes may have", $"a text of 0 bytes, attributes of {Limits.MaxAttributes + 1}", Plain with { Attributes = new byte[Limits.MaxAttributes + 1] });
        yield return Bad("zero", "the first of the bytes that must be zero", "an entry with unknown flags", Zero, [1]);
        yield return Bad("zero_last", "the last of the bytes that must be zero", "an entry with unknown flags", Zero + 3, [0x80]);
        yield return Bad("size_patched", "a file of 2^63 bytes", $"a piece of 4 bytes at 0 of a file of {long.MinValue}", Size, Scenarios.U64(1UL << 63));
        yield return Bad("offset_patched", "an offset of 2^63 in a file", $"a piece of 4 bytes at {long.MinValue} of a file of 4", Offset, Scenarios.U64(1UL << 63));
        yield return Bad("span_patched", "a span of 2^63", $"a piece of {long.MinValue} bytes at 0 of a file of 4", Span, Scenarios.U64(1UL << 63));
    }

    private static IEnumerable<Vector> Lengths()
    {
        const string cut = "an entry cut short";
        var good = Plain.Packed;
        yield return Raw("cut_header", "an entry ends in its header", cut, good[..(TreeEntry.HeaderSize - 1)]);
        yield return Raw("cut_path", "an entry ends in its path", cut, good[..(TreeEntry.HeaderSize + 3)]);
        yield return Raw("cut_data", "an entry ends one byte before its end", cut, good[..^1]);
        yield return Raw("cut_second", "a good entry, and one of which only the first byte is there", cut, [.. good, 1]);
        yield return Bad("path_huge", "a path of more bytes than there are", cut, PathLength, Scenarios.U16(ushort.MaxValue));
        yield return Bad("attributes_huge", "a length of attributes that would be negative in 32 bits", cut, AttributesLength, Scenarios.U32(uint.MaxValue));
        yield return Bad("data_huge", "a length of data that would be negative in 32 bits", cut, DataLength, Scenarios.U32(1U << 31));
    }

    private static Entry Named(EntryKind kind, string path, string text) => new(kind, RawText.Encode(path)) { Mode = 0x1ED, Text = RawText.Encode(text) };

    private static Vector Good(string name, string comment, params Entry[] entries) =>
        new($"tree_{name}", Codec.TreeBlockName, null, comment, [.. entries.SelectMany(entry => entry.Packed)]);

    private static Vector Bad(string name, string comment, string error, Entry entry) => Raw(name, comment, error, entry.Packed);

    private static Vector Bad(string name, string comment, string error, int at, byte[] field) => Raw(name, comment, error, Scenarios.Patched(Plain.Packed, at, field));

    private static Vector Raw(string name, string comment, string error, byte[] block) => new($"tree_{name}", Codec.TreeBlockName, $"tree: {error}", comment, block);
}
