using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>Rewrites the engine's hints for a program. A hint consists of clauses separated by "; " and names options by <see cref="OptionWord"/>.</summary>
internal static class HintText
{
    private const string Between = "; ";

    /// <summary>The beginning of a guess at an option, which is in the program's own spelling.</summary>
    private const string Guess = "did you mean ";

    /// <param name="hint">A hint of this engine or of a peer.</param>
    /// <param name="nameOf">The program's name for a word; null if it lacks the option.</param>
    public static string Spell(string hint, Func<string, string?> nameOf) =>
        hint.Contains("--", StringComparison.Ordinal) && !hint.StartsWith(Guess, StringComparison.Ordinal)
            ? string.Join(Between, hint.Split(Between).Select(clause => SpellClause(clause, nameOf)).OfType<string>())
            : hint;

    /// <summary>Null if the clause names an option that the program lacks.</summary>
    private static string? SpellClause(string clause, Func<string, string?> nameOf)
    {
        foreach (var word in OptionWord.All)
        {
            for (var at = Find(clause, word, 0); at >= 0; at = Find(clause, word, at))
            {
                if (nameOf(word) is not { } name)
                {
                    return null;
                }

                clause = clause[..at] + name + clause[(at + word.Length)..];
                at += name.Length;
            }
        }

        return clause;
    }

    /// <summary>The index of the next whole-word match; -1 if there is none. A file name such as ./--help does not match.</summary>
    private static int Find(string text, string word, int from)
    {
        for (var at = text.IndexOf(word, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at == 0 || !(IsPart(text[at - 1]) || text[at - 1] == '/')) && (end == text.Length || !IsPart(text[end])))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsPart(char c) => c == '-' || char.IsAsciiLetterOrDigit(c);
}
