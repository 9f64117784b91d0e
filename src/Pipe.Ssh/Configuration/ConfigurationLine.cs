using System.Text;

namespace Pipe.Ssh;

/// <summary>A line of a configuration file, or an option of the command line.</summary>
/// <param name="Keyword">The keyword, as written.</param>
/// <param name="Values">Its arguments.</param>
/// <param name="Place">FILE:LINE or -o, for messages.</param>
internal sealed record ConfigurationLine(string Keyword, IReadOnlyList<string> Values, string Place)
{
    public string One => Values is [var one] ? one : throw Refused("needs one value");

    /// <summary>Null for an empty line and for a comment.</summary>
    /// <exception cref="Engine.Failure">A quote is not closed.</exception>
    public static ConfigurationLine? Parse(string text, string place)
    {
        var line = text.Trim();
        if (line.Length == 0 || line[0] == '#')
        {
            return null;
        }

        var end = line.AsSpan().IndexOfAny(" \t=");
        var keyword = end < 0 ? line : line[..end];
        var rest = end < 0 ? "" : line[end..].TrimStart();
        var parsed = new ConfigurationLine(keyword, [], place);
        return parsed with { Values = parsed.Split(rest.StartsWith('=') ? rest[1..] : rest) };
    }

    public bool Is(string keyword) => Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="Engine.Failure">The value is neither yes nor no.</exception>
    public bool IsYes() => One switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        var other => throw Refused($"{other}: must be yes or no"),
    };

    /// <exception cref="Engine.Failure">The value is not a number within the limits.</exception>
    public int Number(int least, int most) =>
        int.TryParse(One, out var number) && number >= least && number <= most ? number : throw Refused($"{One}: must be a number from {least} to {most}");

    public Engine.Failure Refused(string cause) => SshFailure.Of($"{Place}: {Keyword}: {cause}");

    /// <summary>Splits arguments as OpenSSH does, with quotes and a trailing comment.</summary>
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

        return quote == '\0' ? word.ToString() : throw Refused("unclosed quote");
    }
}
