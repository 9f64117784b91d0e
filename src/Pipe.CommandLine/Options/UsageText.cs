using System.Text;

namespace Pipe.CommandLine;

/// <summary>What -h prints: an option table, group by group, with a text before and after it.</summary>
internal static class UsageText
{
    private const int Column = 20;

    /// <param name="synopsis">The text before the options.</param>
    /// <param name="groups">Headings, in order.</param>
    /// <param name="options">In order within their group; the first text is names and argument.</param>
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
