using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Formats and parses the lines of a manifest; see dmscp(1), ARCHIVES, for the whole format. Fragments are lines for <c>sha256sum -c</c>, which takes the
/// other lines for comments.
/// </summary>
internal static class ManifestText
{
    public const string Format = "# pipe archive 1";
    public const string EndKey = "end";
    public const string IndexKey = "index";
    public const string FragmentKey = "at";
    public const string IdKey = "id";
    private const string NameKey = "name";
    private const string StartedKey = "started";
    private const string SizesKey = "fragment";
    private const string FilterKey = "filter";
    private const string MadeKey = "made";
    private const string NextKey = "next";
    private const string Stub = "stub";
    private const string Size = "size";
    private const string Fragments = "fragments";
    private const string FragmentDigest = "xxh3";
    private const string StreamDigest = "xxh128";
    private const string Time = "time";
    private const string OwnDigest = "sha256";

    private static ReadOnlySpan<byte> Mark => "# "u8;

    private static ReadOnlySpan<byte> StreamDigestWord => " xxh128 "u8;

    private static ReadOnlySpan<byte> OwnDigestWord => " sha256 "u8;

    /// <summary>The lines before the first fragment.</summary>
    public static string Head(ManifestHead head)
    {
        var text = new StringBuilder(Format).Append('\n');
        Line(NameKey, head.Name);
        Line(StartedKey, head.Started);
        text.Append(CultureInfo.InvariantCulture, $"# {SizesKey} {head.FragmentSize} {Stub} {head.Stub}\n");
        head.Filters.ToList().ForEach(filter => Line(FilterKey, filter));
        if (head.Made.Length > 0)
        {
            Line(MadeKey, head.Made);
        }

        if (head.Id.Length > 0)
        {
            Line(IdKey, head.Id);
        }

        head.Next.ToList().ForEach(directory => Line(NextKey, directory));

        return text.ToString();

        void Line(string key, string value) => text.Append("# ").Append(key).Append(' ').Append(Escape(value)).Append('\n');
    }

    /// <summary>Parses a line of the head; false if it is malformed. Unknown ones are ignored: later versions may add some.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The rest of the line.</param>
    /// <param name="head">Gets the value, unless that is one of several.</param>
    /// <param name="filters">The filters so far.</param>
    /// <param name="next">The spill directories so far.</param>
    public static bool TryReadHead(string key, ReadOnlySpan<byte> value, ref ManifestHead head, List<string> filters, List<string> next)
    {
        switch (key)
        {
            case StartedKey:
                head = head with { Started = Plain(value) };
                return true;
            case FilterKey:
                filters.Add(Plain(value));
                return true;
            case MadeKey:
                head = head with { Made = Plain(value) };
                return true;
            case IdKey:
                head = head with { Id = Plain(value) };
                return true;
            case NextKey:
                next.Add(Plain(value));
                return true;
            case SizesKey:
                if (Words(value) is not [var size, Stub, var stub] || !TryNumber(size, out var fragment) || !TryNumber(stub, out var first))
                {
                    return false;
                }

                head = head with { FragmentSize = fragment, Stub = first };
                return true;
            default:
                return true;
        }
    }

    /// <summary>The two lines of a fragment: one that announces it, and one for sha256sum.</summary>
    public static string Of(ArchiveName archive, in Fragment fragment, string time)
    {
        var name = Paths.Join(fragment.Directory, archive.Fragment(fragment.Number));
        var escaped = Escape(name);
        var mark = escaped.Length > name.Length ? "\\" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"# {FragmentKey} {fragment.Offset} {Size} {fragment.Size} {FragmentDigest} {fragment.XxHash:x16} {Time} {time}\n{mark}{Hex(fragment.Sha256)}  {escaped}\n");
    }

    /// <summary>Parses the value of a line that announces a fragment.</summary>
    public static bool TryReadAnnouncement(ReadOnlySpan<byte> value, out (long Offset, long Size, ulong XxHash) at)
    {
        at = default;
        return TryNumber(ref value, out at.Offset) && TryWord(ref value, Size) && TryNumber(ref value, out at.Size)
            && TryWord(ref value, FragmentDigest) && Utf8Parser.TryParse(value, out at.XxHash, out var used, 'x') && used == 16;
    }

    /// <summary>Only the size in such a line; -1 if it has none.</summary>
    public static long AnnouncedSize(ReadOnlySpan<byte> value)
    {
        value = value[(value.IndexOf((byte)' ') + 1)..];
        return TryWord(ref value, Size) && TryNumber(ref value, out var size) ? size : -1;
    }

    /// <summary>Parses a line for sha256sum.</summary>
    /// <param name="line">The line.</param>
    /// <param name="sha256">The digest.</param>
    /// <param name="name">The name; <see cref="NameIn"/> decodes it.</param>
    /// <param name="isEscaped">Whether the name is escaped.</param>
    public static bool TryReadDigest(ReadOnlySpan<byte> line, out Digest sha256, out ReadOnlySpan<byte> name, out bool isEscaped)
    {
        const int digits = 2 * Digest.Size;
        isEscaped = line.StartsWith("\\"u8);
        line = isEscaped ? line[1..] : line;
        Span<byte> digest = stackalloc byte[Digest.Size];
        var isOne = line.Length >= digits + 3 && line[digits] == ' ' && Convert.FromHexString(line[..digits], digest, out _, out _) == OperationStatus.Done;
        name = isOne ? line[(digits + 2)..] : default;
        sha256 = Digest.Read(digest);
        return isOne;
    }

    /// <summary>Decodes the name in a line for sha256sum.</summary>
    public static string NameIn(ReadOnlySpan<byte> name, bool isEscaped) => isEscaped ? Plain(name) : RawText.Decode(name);

    /// <summary>The line of the index, if there is one, and the closing line without its own digest, the SHA-256 of everything before it.</summary>
    public static string Of(ManifestEnd end) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(end.Index is { } index ? $"# {IndexKey} {StreamDigest} {index}\n" : "")}# {EndKey} {Fragments} {end.Fragments} {Size} {end.Size} {StreamDigest} {end.Stream} {Time} {end.Time} {OwnDigest} ");

    /// <summary>Parses the value of the line of the index; null if it is malformed.</summary>
    public static WideDigest? ReadIndex(ReadOnlySpan<byte> value) => Words(value) is [StreamDigest, var hex] && WideDigest.TryParse(hex, out var digest) ? digest : null;

    /// <summary>Parses the value of the closing line; false if it is malformed.</summary>
    /// <param name="value">The value.</param>
    /// <param name="end">Its numbers are -1 if they are malformed.</param>
    /// <param name="sha256">Its own digest.</param>
    public static bool TryReadEnd(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ManifestEnd? end, out string sha256)
    {
        (end, sha256) = (null, "");
        if (Words(value) is not [Fragments, var fragments, Size, var size, StreamDigest, var stream, Time, var time, OwnDigest, var own] || !WideDigest.TryParse(stream, out var digest))
        {
            return false;
        }

        var count = TryNumber(fragments, out var number) && number <= int.MaxValue ? (int)number : -1;
        (end, sha256) = (new ManifestEnd(count, TryNumber(size, out var bytes) ? bytes : -1, digest, time, null), own);
        return true;
    }

    /// <summary>Whether the line is the closing line, or was before a byte of it changed.</summary>
    public static bool IsLikeEnd(ReadOnlySpan<byte> line) => IsEnd(line) || line.IndexOf(StreamDigestWord) >= 0;

    /// <summary>Whether the line begins like the closing line.</summary>
    public static bool IsEnd(ReadOnlySpan<byte> line) => TryReadKey(line, EndKey, out _);

    /// <summary>The length of the part of a closing line that its own digest covers; -1 without one.</summary>
    public static int DigestedLength(ReadOnlySpan<byte> line) => line.LastIndexOf(OwnDigestWord) is var at and >= 0 ? at + OwnDigestWord.Length : -1;

    /// <summary>Splits a line into key and value; false for a line of sha256sum.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var hasKey = line.StartsWith(Mark);
        line = hasKey ? line[Mark.Length..] : default;
        var space = line.IndexOf((byte)' ');
        key = space < 0 ? line : line[..space];
        value = space < 0 ? default : line[(space + 1)..];
        return hasKey;
    }

    /// <summary>The value of a line with that key.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> line, string key, out ReadOnlySpan<byte> value) =>
        TryReadKey(line, out var found, out value) && Ascii.Equals(found, key) && line.Length > Mark.Length + found.Length;

    /// <summary>The current time in the manifest's format, precise enough to tell which of two archives was complete first.</summary>
    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    public static string Hex(in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Escapes a text to fit on one line, like sha256sum.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != '\\' || ++i == text.Length ? text[Math.Min(i, text.Length - 1)] : text[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return plain.ToString();
    }

    private static string Plain(ReadOnlySpan<byte> value) => Unescape(RawText.Decode(value));

    private static string[] Words(ReadOnlySpan<byte> value) => Encoding.ASCII.GetString(value).Split(' ');

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Takes a number and the space after it.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> text, out long number)
    {
        var isNumber = Utf8Parser.TryParse(text, out number, out var used) && number >= 0 && used < text.Length && text[used] == ' ';
        text = isNumber ? text[(used + 1)..] : text;
        return isNumber;
    }

    /// <summary>Takes that word and the space after it.</summary>
    private static bool TryWord(ref ReadOnlySpan<byte> text, string word)
    {
        var isThere = text.Length > word.Length && text[word.Length] == ' ' && Ascii.Equals(text[..word.Length], word);
        text = isThere ? text[(word.Length + 1)..] : text;
        return isThere;
    }
}
