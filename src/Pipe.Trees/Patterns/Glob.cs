using System.Text;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Shell patterns: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a-z]</c>, and a backslash before a literal character. As in a shell with a UTF-8 locale, they
/// count characters; if the pattern or the text is not UTF-8, they count bytes.
/// </summary>
internal static class Glob
{
    /// <summary>Whether a pattern matches a whole text. A slash is an ordinary character.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text) =>
        RawText.IsUtf8(pattern) && RawText.IsUtf8(text) ? Fits(pattern, text) : Fits(Bytes(pattern), Bytes(text));

    /// <summary>Whether the text may stand for other names than itself.</summary>
    public static bool IsPattern(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '*' or '?' or '[' or '{')
            {
                return true;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return false;
    }

    /// <summary>Whether a pattern matches a name in a directory: as in a shell, one that begins with a dot must be meant.</summary>
    public static bool IsName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        (!name.StartsWith('.') || pattern.TrimStart('\\').StartsWith('.')) && IsMatch(pattern, name);

    private static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (star, mark) = (-1, 0);
        var (p, t) = (0, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, t);
            }
            else if (p < pattern.Length && FitsOne(pattern[p..], First(text[t..]), out var used))
            {
                (p, t) = (p + used, t + LengthOf(text[t..]));
            }
            else if (star >= 0)
            {
                // Extend the match of the last star by one character.
                mark += LengthOf(text[mark..]);
                (p, t) = (star + 1, mark);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>
    /// Whether one of several patterns matches a member: by its path below the source if the pattern contains a slash, otherwise by its name. A
    /// trailing slash is ignored; a leading slash or <c>./</c> makes the pattern a path. A source itself has no path.
    /// </summary>
    public static bool AnyFits(string[] patterns, ReadOnlySpan<char> path, ReadOnlySpan<char> name)
    {
        foreach (var pattern in patterns)
        {
            var plain = pattern.AsSpan().TrimEnd('/');
            if (plain.Contains('/') ? !path.IsEmpty && IsMatch(PathOf(plain), path) : IsMatch(plain, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The pattern that matches only this text.</summary>
    public static string Escape(string text) => string.Concat(text.Select(c => c is '*' or '?' or '[' or '\\' or '{' ? $"\\{c}" : $"{c}"));

    /// <summary>The text of an escaped pattern.</summary>
    public static string Unescape(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            i += pattern[i] == '\\' && i + 1 < pattern.Length ? 1 : 0;
            text.Append(pattern[i]);
        }

        return text.ToString();
    }

    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> pattern) => (pattern.StartsWith("./") ? pattern[2..] : pattern).TrimStart('/');

    /// <summary>Maps each byte to a character; bytes above 127 match no class.</summary>
    private static char[] Bytes(ReadOnlySpan<char> text) =>
        Array.ConvertAll(RawText.Encode(text.ToString()), static b => b < 0x80 ? (char)b : (char)(0xDC00 + b));

    private static int LengthOf(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

    private static int First(ReadOnlySpan<char> text) => LengthOf(text) == 2 ? char.ConvertToUtf32(text[0], text[1]) : text[0];

    private static bool FitsOne(ReadOnlySpan<char> pattern, int c, out int used)
    {
        used = LengthOf(pattern);
        switch (pattern[0])
        {
            case '?':
                return true;
            case '[' when EndOfSet(pattern) is > 0 and var end:
                used = end + 1;
                return IsInSet(pattern[1..end], c);
            case '\\' when pattern.Length > 1:
                used = 1 + LengthOf(pattern[1..]);
                return First(pattern[1..]) == c;
            default:
                return First(pattern) == c;
        }
    }

    /// <summary>The end of a bracket expression. A closing bracket in first place, or after the exclamation mark, is a member.</summary>
    private static int EndOfSet(ReadOnlySpan<char> pattern)
    {
        var first = pattern.Length > 1 && pattern[1] is '!' or '^' ? 2 : 1;
        for (var i = first; i < pattern.Length; i += LengthOfMember(pattern[i..]))
        {
            if (pattern[i] == ']' && i > first)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The length of a class like [:digit:], of a character after a backslash, or of a plain character.</summary>
    private static int LengthOfMember(ReadOnlySpan<char> set) =>
        set.StartsWith("[:") && set.IndexOf(":]") is > 1 and var end ? end + 2
        : set[0] == '\\' && set.Length > 1 ? 1 + LengthOf(set[1..])
        : LengthOf(set);

    private static int Member(ReadOnlySpan<char> set) => First(set[0] == '\\' && set.Length > 1 ? set[1..] : set);

    private static bool IsInSet(ReadOnlySpan<char> set, int c)
    {
        var isNegated = set[0] is '!' or '^';
        var isIn = false;
        for (var rest = set[(isNegated ? 1 : 0)..]; !rest.IsEmpty;)
        {
            var length = LengthOfMember(rest);
            if (rest.StartsWith("[:") && length > 2)
            {
                isIn |= IsOfClass(rest[2..(length - 2)], c);
            }
            else if (rest.Length > length + 1 && rest[length] == '-')
            {
                var last = rest[(length + 1)..];
                isIn |= Member(rest) <= c && c <= Member(last);
                length += 1 + LengthOfMember(last);
            }
            else
            {
                isIn |= Member(rest) == c;
            }

            rest = rest[length..];
        }

        return isIn != isNegated;
    }

    private static bool IsOfClass(ReadOnlySpan<char> name, int c) => Rune.IsValid(c) && IsOfClass(name, new Rune(c));

    private static bool IsOfClass(ReadOnlySpan<char> name, Rune c) => name switch
    {
        "alpha" => Rune.IsLetter(c),
        "digit" => c.Value is >= '0' and <= '9',
        "alnum" => Rune.IsLetterOrDigit(c),
        "upper" => Rune.IsUpper(c),
        "lower" => Rune.IsLower(c),
        "xdigit" => c.IsAscii && char.IsAsciiHexDigit((char)c.Value),
        "blank" => c.Value is ' ' or '\t',
        "space" => Rune.IsWhiteSpace(c) && c.Value != 0x85 && c.Value != 0xA0,
        "cntrl" => Rune.IsControl(c),
        "print" => !Rune.IsControl(c),
        "graph" => !Rune.IsControl(c) && !Rune.IsWhiteSpace(c),
        "punct" => !Rune.IsControl(c) && !Rune.IsWhiteSpace(c) && !Rune.IsLetterOrDigit(c),
        _ => false,
    };
}
