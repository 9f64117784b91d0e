namespace Pipe.Archives;

/// <summary>The 512-byte header before every member of a tar archive, in all dialects.</summary>
/// <remarks>
/// <code>
///     0  name 100     100  mode 8   108  uid 8   116  gid 8   124  size 12   136  mtime 12   148  checksum 8   156  type
///   157  target 100   257  magic 8  265  owner 32  297  group 32  329  device 16
///   345  ustar: prefix 155     star: prefix 131, atime 12, ctime 12     GNU: atime, ctime, ..., 482 is-extended, 483 real size 12
/// </code>
/// </remarks>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Size = 512;

    private const int Checksum = 148;
    private readonly ReadOnlySpan<byte> _block = block;

    public byte Type => _block[156];

    public ReadOnlySpan<byte> Name => UpToZero(_block[..100]);

    public ReadOnlySpan<byte> Target => UpToZero(_block.Slice(157, 100));

    /// <summary>The part of the path before the name, joined with a slash; empty if the dialect has none.</summary>
    public ReadOnlySpan<byte> Prefix => !IsUstar ? default : UpToZero(_block.Slice(345, IsStar ? 131 : 155));

    public bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public long DataSize => Number(_block.Slice(124, 12), "size");

    /// <summary>The size of a sparse file in GNU's old format.</summary>
    public long RealSize => Number(_block.Slice(483, 12), "real size");

    public bool IsExtended => _block[482] != 0;

    /// <summary>star stores two times, each followed by a space, where other dialects have the end of the prefix.</summary>
    private bool IsStar => _block.Slice(508, 4).SequenceEqual("tar\0"u8) ||
        (_block[475] == 0 && IsOctal(_block[476]) && _block[487] == ' ' && IsOctal(_block[488]) && _block[499] == ' ');

    public static bool IsZero(ReadOnlySpan<byte> block) => block.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether the checksum is right: the sum of all bytes, in old tars of all signed bytes, with spaces in the checksum field.</summary>
    public static bool IsOne(ReadOnlySpan<byte> block)
    {
        if (!TryNumber(block.Slice(Checksum, 8), out var expected))
        {
            return false;
        }

        var (sum, above) = (0, 0);
        foreach (var b in block)
        {
            sum += b;
            above += b >> 7;
        }

        foreach (var b in block.Slice(Checksum, 8))
        {
            sum += ' ' - b;
            above -= b >> 7;
        }

        return expected == sum || expected == sum - (above * 256);
    }

    private static long Number(ReadOnlySpan<byte> field, string what) => TryNumber(field, out var value)
        ? value
        : throw new IndexException($"a header whose {what} is not a number");

    /// <summary>Octal digits, optionally surrounded by spaces, or 0x80 and a big-endian number. An empty field is 0.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field[0] == 0x80)
        {
            foreach (var b in field[1..])
            {
                if (value > long.MaxValue >> 8)
                {
                    return false;
                }

                value = (value << 8) | b;
            }

            return true;
        }

        field = field.TrimStart((byte)' ');
        var digits = field.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        digits = digits < 0 ? field.Length : digits;
        foreach (var b in field[..digits])
        {
            value = (value << 3) | (uint)(b - '0');
        }

        return digits == field.Length || field[digits] is 0 or (byte)' ';
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';

    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> text)
    {
        var zero = text.IndexOf((byte)0);
        return zero < 0 ? text : text[..zero];
    }
}
