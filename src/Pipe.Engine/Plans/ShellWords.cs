using System.Text;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Quotes and splits words by the rules of sh(1). Expands nothing: no variables, patterns or substitutions.</summary>
internal static class ShellWords
{
    /// <summary>Returns the word itself if sh takes it literally, otherwise in single quotes.</summary>
    public static string Quote(string word)
    {
        foreach (var c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"@%+=:,./_-".Contains(c, StringComparison.Ordinal))
            {
                return $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
            }
        }

        return word.Length > 0 ? word : "''";
    }

    /// <summary>Splits a line into words. Throws <see cref="Failure"/> for an unterminated quote.</summary>
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            if (line[i] is ' ' or '\t' or '\n')
            {
                i++;
            }
            else
            {
                words.Add(Word(line, ref i));
            }
        }

        return words;
    }

    private static string Word(string line, ref int i)
    {
        var word = new StringBuilder();
        for (; i < line.Length && line[i] is not (' ' or '\t' or '\n'); i++)
        {
            switch (line[i])
            {
                case '\'':
                    Single(line, ref i, word);
                    break;
                case '"':
                    Double(line, ref i, word);
                    break;
                case '\\':
                    i++;
                    Escaped(line, i, word);
                    break;
                default:
                    word.Append(line[i]);
                    break;
            }
        }

        return word.ToString();
    }

    private static void Single(string line, ref int i, StringBuilder word)
    {
        var end = line.IndexOf('\'', i + 1);
        if (end < 0)
        {
            throw Open(line);
        }

        word.Append(line, i + 1, end - i - 1);
        i = end;
    }

    private static void Double(string line, ref int i, StringBuilder word)
    {
        for (i++; i < line.Length && line[i] != '"'; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '$' or '`' or '"' or '\\' or '\n')
            {
                i++;
                Escaped(line, i, word);
            }
            else
            {
                word.Append(line[i]);
            }
        }

        if (i >= line.Length)
        {
            throw Open(line);
        }
    }

    /// <summary>A backslash removes a following newline, and quotes any other character.</summary>
    private static void Escaped(string line, int i, StringBuilder word)
    {
        if (i >= line.Length)
        {
            throw Open(line);
        }

        if (line[i] != '\n')
        {
            word.Append(line[i]);
        }
    }

    private static Failure Open(string line) => new(ExitCode.Usage, $"{line}: a quote is left open");
}
