using System.Text;

namespace Pipe.Engine;

/// <summary>Shell patterns: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a-z]</c>, a backslash in front of what stands for itself.</summary>
internal static class Glob
{
    /// <summary>Whether a pattern fits all of a text. A slash is a character like any other.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (star, mark) = (-1, 0);
        var (p, t) = (0, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, t);
            }
            else if (p < pattern.Length && FitsOne(pattern[p..], text[t], out var used))
            {
                (p, t) = (p + used, t + 1);
            }
            else if (star >= 0)
            {
                // What the last star stands for is one longer.
                (p, t) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>
    /// Whether one of several patterns fits a member: its path below the source if the pattern has a slash in it, else its name. A slash
    /// at the end says nothing; one in front, or <c>./</c>, says that it is a path. A source itself has none.
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

    /// <summary>The pattern that fits just this text.</summary>
    public static string Escape(string text) => string.Concat(text.Select(c => c is '*' or '?' or '[' or '\\' or '{' ? $"\\{c}" : $"{c}"));

    /// <summary>The text that an escaped one stands for.</summary>
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

    /// <summary>The patterns that one with braces stands for: a{b,c} is ab and ac.</summary>
    public static IEnumerable<string> Expand(string pattern)
    {
        var open = IndexOfUnescaped(pattern, 0, '{');
        var close = open < 0 ? -1 : MatchingBrace(pattern, open);
        if (close < 0)
        {
            return [pattern];
        }

        return Parts(pattern[(open + 1)..close]).SelectMany(part => Expand(pattern[..open] + part + pattern[(close + 1)..]));
    }

    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> pattern) => (pattern.StartsWith("./") ? pattern[2..] : pattern).TrimStart('/');

    private static bool FitsOne(ReadOnlySpan<char> pattern, char c, out int used)
    {
        used = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '[' when EndOfSet(pattern) is > 0 and var end:
                used = end + 1;
                return IsInSet(pattern[1..end], c);
            case '\\' when pattern.Length > 1:
                used = 2;
                return pattern[1] == c;
            default:
                return pattern[0] == c;
        }
    }

    /// <summary>A bracket right behind the first one, or behind its exclamation mark, is a member.</summary>
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

    /// <summary>Of a class like [:digit:], of a character behind a backslash, of any other.</summary>
    private static int LengthOfMember(ReadOnlySpan<char> set) =>
        set.StartsWith("[:") && set.IndexOf(":]") is > 1 and var end ? end + 2
        : set[0] == '\\' && set.Length > 1 ? 2
        : 1;

    private static bool IsInSet(ReadOnlySpan<char> set, char c)
    {
        var isNegated = set[0] is '!' or '^';
        var isIn = false;
        for (var rest = set[(isNegated ? 1 : 0)..]; !rest.IsEmpty;)
        {
            var length = LengthOfMember(rest);
            if (length > 2)
            {
                isIn |= IsOfClass(rest[2..(length - 2)], c);
            }
            else if (rest.Length > length + 1 && rest[length] == '-')
            {
                var last = length + 1 + LengthOfMember(rest[(length + 1)..]);
                isIn |= rest[length - 1] <= c && c <= rest[last - 1];
                length = last;
            }
            else
            {
                isIn |= rest[length - 1] == c;
            }

            rest = rest[length..];
        }

        return isIn != isNegated;
    }

    /// <summary>As the C locale has them.</summary>
    private static bool IsOfClass(ReadOnlySpan<char> name, char c) => name switch
    {
        "alpha" => char.IsAsciiLetter(c),
        "digit" => char.IsAsciiDigit(c),
        "alnum" => char.IsAsciiLetterOrDigit(c),
        "upper" => char.IsAsciiLetterUpper(c),
        "lower" => char.IsAsciiLetterLower(c),
        "xdigit" => char.IsAsciiHexDigit(c),
        "blank" => c is ' ' or '\t',
        "space" => c is ' ' or (>= '\t' and <= '\r'),
        "cntrl" => c is < ' ' or '\x7F',
        "print" => c is >= ' ' and < '\x7F',
        "graph" => c is > ' ' and < '\x7F',
        "punct" => c is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(c),
        _ => false,
    };

    private static int IndexOfUnescaped(string text, int from, char wanted)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == wanted)
            {
                return i;
            }
        }

        return -1;
    }

    private static int MatchingBrace(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            i += text[i] == '\\' ? 1 : 0;
            depth += i >= text.Length ? 0 : text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static List<string> Parts(string inside)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\')
            {
                i++;
            }
            else if (inside[i] == ',' && depth == 0)
            {
                parts.Add(inside[start..i]);
                start = i + 1;
            }
            else
            {
                depth += inside[i] switch { '{' => 1, '}' => -1, _ => 0 };
            }
        }

        parts.Add(inside[start..]);
        return parts;
    }
}
