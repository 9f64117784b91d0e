using System.Buffers.Binary;
using System.Buffers.Text;

namespace Pipe.Archives;

/// <summary>The header before every member of a cpio archive.</summary>
/// <remarks>
/// <code>
/// newc, crc  "070701", "070702"  then of 8 hexadecimal digits each: inode mode uid gid links mtime size device(2) rdevice(2) name-size check
/// odc        "070707"            then of 6 octal digits each: device inode mode uid gid links rdevice, mtime 11, name-size 6, size 11
/// bin        0x71C7              then words of 2 bytes, in the maker's byte order: device inode mode uid gid links rdevice mtime(2) name-size size(2)
/// </code>
/// newc and crc pad name and data to 4 bytes, bin to 2, odc not at all.
/// </remarks>
internal readonly record struct CpioHeader(CpioLayout Layout, int Mode, long Links, long Size, long NameSize, long Device, long Inode)
{
    /// <summary>Number of bytes that identify the layout.</summary>
    public const int MagicSize = 6;

    public static CpioLayout LayoutOf(ReadOnlySpan<byte> magic) =>
        magic.StartsWith("070701"u8) || magic.StartsWith("070702"u8) ? CpioLayout.NewAscii :
        magic.StartsWith("070707"u8) ? CpioLayout.OldAscii :
        magic.StartsWith((ReadOnlySpan<byte>)[0xC7, 0x71]) ? CpioLayout.LittleEndian :
        magic.StartsWith((ReadOnlySpan<byte>)[0x71, 0xC7]) ? CpioLayout.BigEndian :
        CpioLayout.None;

    public static int SizeOf(CpioLayout layout) => layout switch
    {
        CpioLayout.NewAscii => 110,
        CpioLayout.OldAscii => 76,
        _ => 26,
    };

    /// <summary>The unit to which name and data are padded.</summary>
    public static int UnitOf(CpioLayout layout) => layout switch
    {
        CpioLayout.NewAscii => 4,
        CpioLayout.OldAscii => 1,
        _ => 2,
    };

    public static bool TryRead(CpioLayout layout, ReadOnlySpan<byte> bytes, out CpioHeader header)
    {
        header = default;
        return layout switch
        {
            CpioLayout.NewAscii => TryReadNewAscii(bytes, out header),
            CpioLayout.OldAscii => TryReadOldAscii(bytes, out header),
            CpioLayout.None => false,
            _ => TryReadBinary(layout, bytes, out header),
        };
    }

    private static bool TryReadNewAscii(ReadOnlySpan<byte> bytes, out CpioHeader header)
    {
        Span<long> fields = stackalloc long[13];
        for (var i = 0; i < fields.Length; i++)
        {
            if (!Utf8Parser.TryParse(bytes.Slice(MagicSize + (i * 8), 8), out fields[i], out var used, 'x') || used != 8)
            {
                header = default;
                return false;
            }
        }

        header = new CpioHeader(CpioLayout.NewAscii, (int)fields[1], fields[4], fields[6], fields[11], (fields[7] << 32) | fields[8], fields[0]);
        return true;
    }

    private static bool TryReadOldAscii(ReadOnlySpan<byte> bytes, out CpioHeader header)
    {
        var isGood = bytes[..SizeOf(CpioLayout.OldAscii)].IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
        header = isGood
            ? new CpioHeader(CpioLayout.OldAscii, (int)Octal(bytes[18..24]), Octal(bytes[36..42]), Octal(bytes[65..76]), Octal(bytes[59..65]), Octal(bytes[6..12]), Octal(bytes[12..18]))
            : default;
        return isGood;
    }

    private static long Octal(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static bool TryReadBinary(CpioLayout layout, ReadOnlySpan<byte> bytes, out CpioHeader header)
    {
        Span<ushort> words = stackalloc ushort[13];
        for (var i = 0; i < words.Length; i++)
        {
            var word = bytes[(i * 2)..];
            words[i] = layout == CpioLayout.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(word) : BinaryPrimitives.ReadUInt16LittleEndian(word);
        }

        // The high word of a size comes first in either byte order.
        header = new CpioHeader(layout, words[3], words[6], ((long)words[11] << 16) | words[12], words[10], words[1], words[2]);
        return true;
    }
}
