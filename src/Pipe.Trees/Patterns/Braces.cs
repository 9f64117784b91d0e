using Pipe.Engine;

namespace Pipe.Trees;

/// <summary>Brace expansion as in a shell: a{b,c} yields ab and ac. Without recursion, because braces may be nested very deep.</summary>
internal static class Braces
{
    /// <summary>Characters that may be written while one pattern is expanded: a bound for time and memory.</summary>
    private const long MostCharacters = 16 << 20;

    /// <param name="pattern">The pattern.</param>
    /// <param name="limit">Counts the names.</param>
    /// <exception cref="Failure">The pattern expands to more than the limit; thrown as it is enumerated.</exception>
    public static IEnumerable<string> Expand(string pattern, NameLimit? limit = null)
    {
        limit ??= new NameLimit();
        var left = new Stack<string>([pattern]);
        var characters = 0L;
        while (left.TryPop(out var next))
        {
            var open = IndexOfUnescaped(next, 0, '{');
            var close = open < 0 ? -1 : MatchingBrace(next, open);
            if (close < 0)
            {
                limit.Count(pattern);
                yield return next;
                continue;
            }

            foreach (var part in Enumerable.Reverse(Parts(next[(open + 1)..close])))
            {
                var alternative = next[..open] + part + next[(close + 1)..];
                left.Push(alternative);
                if ((characters += alternative.Length) > MostCharacters)
                {
                    throw NameLimit.TooMany(pattern);
                }
            }
        }
    }

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
