using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The type of a tree entry. The numbers are on the wire.</summary>
internal enum EntryKind : byte
{
    /// <summary>A file, or a piece of one.</summary>
    File = 1,
    Directory = 2,
    SymbolicLink = 3,

    /// <summary>A hard link to the file that Text names.</summary>
    HardLink = 4,
    Fifo = 5,
    CharacterDevice = 6,
    BlockDevice = 7,

    /// <summary>A member that could not be read; Text has the cause. The target must not keep a partial copy.</summary>
    Error = 8,

    /// <summary>Digests of a piece of a file, instead of its bytes. Only in a Have.</summary>
    Digests = 9,
    Socket = 10,

    /// <summary>A difference between the two sides; the mode is a <see cref="Protocol.Difference"/>.</summary>
    Difference = 11,
}

/// <summary>Where the bytes of a piece of a file come from. The numbers are on the wire.</summary>
internal enum PieceOrigin : byte
{
    /// <summary>The bytes follow.</summary>
    Sent = 0,

    /// <summary>The piece is a hole: zeros that take no space.</summary>
    Hole = 1,

    /// <summary>The target already has the bytes.</summary>
    There = 2,
}

/// <summary>
/// A member of a tree, or a piece of a file. A block of a tree consists of complete entries, so that blocks can be unpacked in any
/// order and in parallel.
/// </summary>
/// <remarks>
/// <code>
///     u8    kind        EntryKind
///     u8    origin      PieceOrigin
///     u16   path        bytes of the path that follow
///     u16   text        bytes of the text that follow
///     u16   mode        permission bits; in a Difference, its kind
///     u32   owner
///     u32   group
///     u32   nanoseconds
///     u64   seconds     modification time since 1970, signed
///     u64   size        of the whole file; for a device, its number: major in the upper half
///     u64   offset      of the piece
///     u64   span        bytes of the file that the piece covers
///     u32   attributes  bytes of extended attributes that follow
///     u32   data        bytes of the piece or of digests that follow
///     u8    zero[4]
///     u8    path[], text[], attributes[], data[]
/// </code>
/// </remarks>
internal ref struct TreeEntry
{
    public const int HeaderSize = 64;
    private const int ZeroAt = 60;
    private const uint MaxNanoseconds = 999_999_999;

    public EntryKind Kind;
    public PieceOrigin Origin;
    public int Mode;
    public uint Owner;
    public uint Group;
    public uint Nanoseconds;
    public long Seconds;
    public long Size;
    public long Offset;
    public long Span;
    public ReadOnlySpan<byte> Path;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Attributes;
    public ReadOnlySpan<byte> Data;

    /// <summary>Whether this is the error of a member that is not sent, so that the target must drop its pieces.</summary>
    public readonly bool DropsMember => Kind == EntryKind.Error && Size is not (EntryMark.Torn or EntryMark.Lessened);

    /// <summary>Size of the entry without its data.</summary>
    public readonly int OverheadSize => HeaderSize + Path.Length + Text.Length + Attributes.Length;

    /// <summary>Writes the entry without its data and returns the offset for the <paramref name="data"/> bytes that the caller writes.</summary>
    public readonly int Write(Span<byte> to, int data)
    {
        to[0] = (byte)Kind;
        to[1] = (byte)Origin;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Path.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)Text.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], (ushort)Mode);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Owner);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Group);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(to[20..], Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(to[28..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(to[36..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(to[44..], Span);
        BinaryPrimitives.WriteUInt32LittleEndian(to[52..], (uint)Attributes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[56..], (uint)data);
        to[ZeroAt..HeaderSize].Clear();
        var at = HeaderSize;
        Append(Path, to, ref at);
        Append(Text, to, ref at);
        Append(Attributes, to, ref at);
        return at;
    }

    /// <summary>Reads the next entry and advances. Throws <see cref="ProtocolException"/> if the entry is malformed or not allowed.</summary>
    public static TreeEntry Read(ref ReadOnlySpan<byte> from)
    {
        var header = Take(ref from, HeaderSize);
        if (header[ZeroAt..].ContainsAnyExcept((byte)0))
        {
            ProtocolException.Throw("tree: an entry with unknown flags");
        }

        var entry = new TreeEntry
        {
            Kind = (EntryKind)header[0],
            Origin = (PieceOrigin)header[1],
            Mode = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
            Owner = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
            Group = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
            Nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            Seconds = BinaryPrimitives.ReadInt64LittleEndian(header[20..]),
            Size = BinaryPrimitives.ReadInt64LittleEndian(header[28..]),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(header[36..]),
            Span = BinaryPrimitives.ReadInt64LittleEndian(header[44..]),
            Path = Take(ref from, BinaryPrimitives.ReadUInt16LittleEndian(header[2..])),
            Text = Take(ref from, BinaryPrimitives.ReadUInt16LittleEndian(header[4..])),
            Attributes = Take(ref from, BinaryPrimitives.ReadUInt32LittleEndian(header[52..])),
            Data = Take(ref from, BinaryPrimitives.ReadUInt32LittleEndian(header[56..])),
        };
        entry.Validate();
        return entry;
    }

    private readonly void Validate()
    {
        if (Kind is < EntryKind.File or > EntryKind.Difference || Origin > PieceOrigin.There)
        {
            ProtocolException.Throw($"tree: an entry of unknown kind {(byte)Kind}, {(byte)Origin}");
        }

        if (Mode > 0xFFF || Nanoseconds > MaxNanoseconds)
        {
            ProtocolException.Throw($"tree: permission bits {Mode:x}, {Nanoseconds} nanoseconds");
        }

        if (Text.Length > Limits.MaxPath || Attributes.Length > Limits.MaxAttributes)
        {
            ProtocolException.Throw($"tree: a text of {Text.Length} bytes, attributes of {Attributes.Length}");
        }

        if (Kind == EntryKind.File)
        {
            ValidatePiece();
        }
        else if (Origin != PieceOrigin.Sent || (!Data.IsEmpty && (Kind != EntryKind.Digests || Data.Length != PieceDigest.Size)))
        {
            ProtocolException.Throw($"tree: {Data.Length} bytes in a {Kind}");
        }

        if (Kind == EntryKind.Difference && Mode is < (int)Protocol.Difference.Missing or > (int)Protocol.Difference.Extra)
        {
            ProtocolException.Throw($"tree: a difference of unknown kind {Mode}");
        }

        ValidateNames();
    }

    private readonly void ValidatePiece()
    {
        if (Size < 0 || Offset < 0 || Span < 0 || Offset > Size - Span || (Span == 0 && Size > 0))
        {
            ProtocolException.Throw($"tree: a piece of {Span} bytes at {Offset} of a file of {Size}");
        }

        if (Data.Length != (Origin == PieceOrigin.Sent ? Span : 0))
        {
            ProtocolException.Throw($"tree: {Data.Length} bytes for a piece of {Span}");
        }
    }

    private readonly void ValidateNames()
    {
        TreePath.Check(Path);
        if (Path.IsEmpty && Kind is EntryKind.File or EntryKind.HardLink)
        {
            ProtocolException.Throw($"tree: a {Kind} at the top");
        }

        if (Kind == EntryKind.HardLink)
        {
            TreePath.Check(Text);
        }
    }

    private static void Append(ReadOnlySpan<byte> part, Span<byte> to, ref int at)
    {
        part.CopyTo(to[at..]);
        at += part.Length;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, uint count)
    {
        if (count > from.Length)
        {
            ProtocolException.Throw("tree: an entry cut short");
        }

        var taken = from[..(int)count];
        from = from[(int)count..];
        return taken;
    }
}
