using System.Buffers;
using System.Globalization;

namespace Pipe.Archives;

/// <summary>What the headers in front of a tar member say about it: GNU's long names and pax records.</summary>
internal sealed class TarExtension
{
    /// <summary>The longest keyword that matters, with the length in front of it, fits.</summary>
    public const int RecordStart = 64;

    private const int GnuRank = 1;
    private const int PaxRank = 2;
    private const int SparseRank = 3;

    private readonly ArrayBufferWriter<byte> _name = new(256);
    private readonly ArrayBufferWriter<byte> _target = new(256);
    private int _nameRank;
    private int _targetRank;

    /// <summary>The size of the data in the stream, if it does not stand in the header.</summary>
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

    /// <summary>
    /// Takes a pax record apart: <c>LENGTH KEYWORD=VALUE\n</c>. Its own length alone tells where it ends; the value may hold any byte.
    /// </summary>
    /// <param name="bytes">The record, or its first <see cref="RecordStart"/> bytes.</param>
    /// <param name="rest">How long it can be.</param>
    /// <param name="isWanted">Whether its value matters, so that the record must be seen whole.</param>
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
        : throw new IndexException("a pax size that is no number");

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
