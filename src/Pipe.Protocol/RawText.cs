using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pipe.Protocol;

/// <summary>
/// Converts the bytes of a name to a string and back without loss. Linux names are bytes, not text: each byte that is not valid UTF-8
/// becomes a lone surrogate U+DC80..U+DCFF, which converts back to that byte.
/// </summary>
internal static class RawText
{
    private const int EscapeBase = 0xDC00;

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                used = 1;
                text.Append((char)(EscapeBase + bytes[0]));
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    public static byte[] Encode(string text)
    {
        if (Ascii.IsValid(text))
        {
            return Encoding.ASCII.GetBytes(text);
        }

        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        Span<byte> utf8 = stackalloc byte[4];
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            if (status != OperationStatus.Done && IsEscape(rest[0]))
            {
                bytes.Write([(byte)(rest[0] - EscapeBase)]);
                used = 1;
            }
            else
            {
                bytes.Write(utf8[..rune.EncodeToUtf8(utf8)]);
            }

            rest = rest[used..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Whether the text contains no escaped bytes.</summary>
    public static bool IsUtf8(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]))
            {
                i++;
            }
            else if (IsEscape(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Escapes control characters, direction marks and invalid characters as \xNN or \u{NNNN}, so that the text is safe to print.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(c => char.IsSurrogate(c) || NeedsEscape(c)))
        {
            return text;
        }

        var shown = new StringBuilder();
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var c = rest[0];
            var isCharacter = Rune.DecodeFromUtf16(rest, out _, out var used) == OperationStatus.Done;
            if (isCharacter && !NeedsEscape(c))
            {
                shown.Append(rest[..used]);
            }
            else if (c < 0x100 || IsEscape(c))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\x{c & 0xFF:x2}");
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x}}}");
            }

            rest = rest[used..];
        }

        return shown.ToString();
    }

    private static bool IsEscape(char c) => c is >= '\uDC80' and <= '\uDCFF';

    private static bool NeedsEscape(char c) =>
        char.IsControl(c) || c is '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
