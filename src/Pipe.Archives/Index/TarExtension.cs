using System.Buffers;
using System.Globalization;

namespace Pipe.Archives;

/// <summary>The extension headers before a tar member: GNU's long names and pax records.</summary>
internal sealed class TarExtension
{
    /// <summary>Enough for the longest relevant keyword and the length before it.</summary>
    public const int RecordStart = 64;

    private const int GnuRank = 1;
    private const int PaxRank = 2;
    private const int SparseRank = 3;

    private readonly ArrayBufferWriter<byte> _name = new(256);
    private readonly ArrayBufferWriter<byte> _target = new(256);
    private int _nameRank;
    private int _targetRank;

    /// <summary>The size of the data in the stream, if the main header does not have it.</summary>
    public long? Size { get; private set; }

    /// <summary>The size of a sparse file.</summary>
    public long? RealSize { get; private set; }

    public bool HasName => _nameRank > 0;

    public bool HasTarget => _targetRank > 0;

    public ReadOnlySpan<byte> Name => _name.WrittenSpan;

    public ReadOnlySpan<byte> Target => _target.WrittenSpan;

    public void Clear()
    {
        (_nameRank, _targetRank) = (0, 0);
        (Size, RealSize) = (null, null);
    }

    public void SetLongName(ReadOnlySpan<byte> name) => Set(_name, ref _nameRank, GnuRank, name);

    public void SetLongTarget(ReadOnlySpan<byte> target) => Set(_target, ref _targetRank, GnuRank, target);

    /// <summary>Parses a pax record: <c>LENGTH KEYWORD=VALUE\n</c>. Only its own length shows where it ends; the value may contain any byte.</summary>
    /// <param name="bytes">The record, or its first <see cref="RecordStart"/> bytes.</param>
    /// <param name="rest">Maximum length of the record.</param>
    /// <param name="isWanted">Whether its value is relevant, so that the whole record is needed.</param>
    public static int LengthOf(ReadOnlySpan<byte> bytes, long rest, out bool isWanted)
    {
        var space = bytes.IndexOf((byte)' ');
        if (space <= 0 || !TryDecimal(bytes[..space], out var length) || length < space + 3 || length > rest || length > int.MaxValue)
        {
            throw new IndexException("a pax record without a length that could be its own");
        }

        var text = bytes[(space + 1)..(int)Math.Min(bytes.Length, length)];
        var equals = text.IndexOf((byte)'=');
        if (equals < 0 && bytes.Length >= length)
        {
            throw new IndexException("a pax record without a keyword");
        }

        isWanted = equals >= 0 && MeaningOf(text[..equals]) != Meaning.None;
        return (int)length;
    }

    public void Add(ReadOnlySpan<byte> record)
    {
        if (record[^1] != '\n')
        {
            throw new IndexException("a pax record whose length is not its own");
        }

        var text = record[(record.IndexOf((byte)' ') + 1)..^1];
        var equals = text.IndexOf((byte)'=');
        var value = text[(equals + 1)..];
        switch (MeaningOf(text[..equals]))
        {
            case Meaning.Path:
                Set(_name, ref _nameRank, PaxRank, value);
                break;
            case Meaning.SparsePath:
                Set(_name, ref _nameRank, SparseRank, value);
                break;
            case Meaning.LinkPath:
                Set(_target, ref _targetRank, PaxRank, value);
                break;
            case Meaning.Size:
                Size = Decimal(value);
                break;
            case Meaning.RealSize:
                RealSize = Decimal(value);
                break;
        }
    }

    private static void Set(ArrayBufferWriter<byte> name, ref int rank, int newRank, ReadOnlySpan<byte> value)
    {
        if (newRank >= rank)
        {
            var zero = value.IndexOf((byte)0);
            name.ResetWrittenCount();
            name.Write(zero < 0 ? value : value[..zero]);
            rank = newRank;
        }
    }

    private static Meaning MeaningOf(ReadOnlySpan<byte> keyword) =>
        keyword.SequenceEqual("path"u8) ? Meaning.Path :
        keyword.SequenceEqual("linkpath"u8) ? Meaning.LinkPath :
        keyword.SequenceEqual("size"u8) ? Meaning.Size :
        keyword.SequenceEqual("GNU.sparse.name"u8) ? Meaning.SparsePath :
        keyword.SequenceEqual("GNU.sparse.size"u8) || keyword.SequenceEqual("GNU.sparse.realsize"u8) ||
            keyword.SequenceEqual("SCHILY.realsize"u8) ? Meaning.RealSize :
        Meaning.None;

    private static long Decimal(ReadOnlySpan<byte> value) => TryDecimal(value, out var number)
        ? number
        : throw new IndexException("a pax size that is not a number");

    private static bool TryDecimal(ReadOnlySpan<byte> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private enum Meaning
    {
        None,
        Path,
        SparsePath,
        LinkPath,
        Size,
        RealSize,
    }
}
