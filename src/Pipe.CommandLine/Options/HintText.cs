using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>Hints of the engine: clauses with "; " between them, in which options are called by their <see cref="OptionWord"/>.</summary>
internal static class HintText
{
    private const string Between = "; ";

    /// <param name="hint">Of this engine, or of a peer's.</param>
    /// <param name="nameOf">The name that a program has for a word; null if it lacks the option.</param>
    public static string Spell(string hint, Func<string, string?> nameOf) =>
        hint.Contains("--", StringComparison.Ordinal)
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

    /// <summary>Where the whole word stands, -1 if it does not.</summary>
    private static int Find(string text, string word, int from)
    {
        for (var at = text.IndexOf(word, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsPart(char c) => c == '-' || char.IsAsciiLetterOrDigit(c);
}
