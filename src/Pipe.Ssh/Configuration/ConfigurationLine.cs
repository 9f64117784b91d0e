using System.Text;

namespace Pipe.Ssh;

/// <summary>A line of a configuration file, or an option of the command line.</summary>
/// <param name="Word">The word, as written.</param>
/// <param name="Values">Its arguments.</param>
/// <param name="Place">Where it stands, for messages: FILE:LINE or -o.</param>
internal sealed record ConfigurationLine(string Word, IReadOnlyList<string> Values, string Place)
{
    public string One => Values is [var one] ? one : throw Refused("has to have one value");

    /// <summary>Null for an empty line and for a comment.</summary>
    /// <exception cref="Engine.Failure">A quotation does not end.</exception>
    public static ConfigurationLine? Parse(string text, string place)
    {
        var line = text.Trim();
        if (line.Length == 0 || line[0] == '#')
        {
            return null;
        }

        var end = line.AsSpan().IndexOfAny(" \t=");
        var word = end < 0 ? line : line[..end];
        var rest = end < 0 ? "" : line[end..].TrimStart();
        var parsed = new ConfigurationLine(word, [], place);
        return parsed with { Values = parsed.Split(rest.StartsWith('=') ? rest[1..] : rest) };
    }

    public bool Is(string word) => Word.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="Engine.Failure">The value is neither yes nor no.</exception>
    public bool IsYes() => One switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        var other => throw Refused($"{other}: has to be yes or no"),
    };

    /// <exception cref="Engine.Failure">The value is no number within the limits.</exception>
    public int Number(int least, int most) =>
        int.TryParse(One, out var number) && number >= least && number <= most ? number : throw Refused($"{One}: has to be a number from {least} to {most}");

    public Engine.Failure Refused(string cause) => SshFailure.Of($"{Place}: {Word}: {cause}");

    /// <summary>Splits as OpenSSH does: words may be quoted, a comment may follow.</summary>
    private List<string> Split(string text)
    {
        List<string> words = [];
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is ' ' or '\t')
            {
                i++;
            }
            else if (text[i] == '#')
            {
                break;
            }
            else
            {
                words.Add(Take(text, ref i));
            }
        }

        return words;
    }

    private string Take(string text, ref int i)
    {
        var word = new StringBuilder();
        var quote = '\0';
        for (; i < text.Length && (quote != '\0' || text[i] is not (' ' or '\t')); i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\'' or '\\' || (quote == '\0' && text[i + 1] == ' ')))
            {
                word.Append(text[++i]);
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else
            {
                word.Append(c);
            }
        }

        return quote == '\0' ? word.ToString() : throw Refused("a quotation does not end");
    }
}
