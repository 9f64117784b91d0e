using System.Text;

namespace Pipe.CommandLine;

/// <summary>The output of -h: a synopsis, the option table by group, and a note on the exit status.</summary>
internal static class UsageText
{
    private const int Column = 20;

    /// <param name="synopsis">The text before the options.</param>
    /// <param name="groups">Headings, in order.</param>
    /// <param name="options">In order within their group; Left is names and argument.</param>
    /// <param name="status">The text after the options.</param>
    public static string Of(string synopsis, string[] groups, IEnumerable<(string Group, string Left, string Help)> options, string status)
    {
        var text = new StringBuilder(synopsis);
        var all = options.ToLookup(option => option.Group);
        foreach (var group in groups)
        {
            text.Append('\n').Append(group).Append(":\n");
            foreach (var (_, left, help) in all[group])
            {
                Append(text, $"  {left}".TrimEnd(), help);
            }
        }

        return text.Append(status).ToString();
    }

    private static void Append(StringBuilder text, string left, string help)
    {
        text.Append(left.PadRight(Column));
        if (left.Length >= Column)
        {
            text.Append('\n').Append(' ', Column);
        }

        text.Append(help).Append('\n');
    }
}
